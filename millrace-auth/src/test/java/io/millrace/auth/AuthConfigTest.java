package io.millrace.auth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AuthConfigTest {
    @Test
    void refusesAnAccountIdThatIsNone() {
        assertThatThrownBy(() -> new AuthConfig("12345", "us-east-1", AuthConfig.Unsigned.REFUSE, false))
                .hasMessageContaining("account.id (12345)");
    }

    @Test
    void refusesARegionThatCouldNotStandInAnArn() {
        assertThatThrownBy(() -> new AuthConfig("000000000000", "us:east", AuthConfig.Unsigned.REFUSE, false))
                .hasMessageContaining("account.region (us:east)");
    }

    @Test
    void refusesToOpenTheDoorToOtherMachines() {
        assertThatThrownBy(() -> AuthConfig.defaults().requireSafeHost("0.0.0.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("server.host (0.0.0.0)")
                .hasMessageContaining("auth.open-network=true");
    }

    @Test
    void opensTheDoorToOtherMachinesWhenAskedTo() {
        assertThatCode(() -> new AuthConfig("000000000000", "us-east-1", AuthConfig.Unsigned.REFUSE, true)
                        .requireSafeHost("0.0.0.0"))
                .doesNotThrowAnyException();
    }

    @Test
    void listensOnEveryLoopbackAddress() {
        for (var host : new String[] {"127.0.0.1", "127.8.9.10", "::1", "localhost"}) {
            assertThatCode(() -> AuthConfig.defaults().requireSafeHost(host)).doesNotThrowAnyException();
        }
    }
}
