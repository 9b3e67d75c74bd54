package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ExpiredNextTokenException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;

class ShardListingTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void listsEveryUnexpiredShardWithoutAFilter() {
        split();
        assertThat(indexes(list(request -> request.streamName("orders")))).containsExactly(0, 1, 2);
        assertThat(indexes(list(filtered(ShardFilterType.FROM_TRIM_HORIZON)))).containsExactly(0, 1, 2);

        service.clock.advance(Duration.ofHours(25));

        assertThat(indexes(list(request -> request.streamName("orders")))).containsExactly(1, 2);
        assertThat(indexes(list(filtered(ShardFilterType.FROM_TRIM_HORIZON)))).containsExactly(1, 2);
        assertThat(service.describe("orders").shards()).hasSize(2);
    }

    @Test
    void listsTheOpenOnesAtLatest() {
        assertThat(indexes(list(filtered(ShardFilterType.AT_LATEST)))).containsExactly(0);
        split();
        assertThat(indexes(list(filtered(ShardFilterType.AT_LATEST)))).containsExactly(1, 2);
    }

    @Test
    void listsTheCoverAtTheTrimHorizon() {
        split();
        assertThat(indexes(list(filtered(ShardFilterType.AT_TRIM_HORIZON)))).containsExactly(0);
        service.clock.advance(Duration.ofHours(25));
        assertThat(indexes(list(filtered(ShardFilterType.AT_TRIM_HORIZON)))).containsExactly(1, 2);
    }

    @Test
    void listsTheCoverAtAMoment() {
        service.clock.advance(Duration.ofMinutes(1));
        split();
        // The present millisecond was the parent's too.
        var reshard = service.clock.instant().plusMillis(1);
        service.clock.advance(Duration.ofMinutes(1));

        assertThat(indexes(list(at(ShardFilterType.AT_TIMESTAMP, reshard.minusMillis(1)))))
                .containsExactly(0);
        assertThat(indexes(list(at(ShardFilterType.AT_TIMESTAMP, reshard)))).containsExactly(1, 2);
        assertThat(indexes(list(at(ShardFilterType.AT_TIMESTAMP, Instant.EPOCH))))
                .containsExactly(0);
        assertThat(indexes(list(at(ShardFilterType.AT_TIMESTAMP, Instant.MIN)))).containsExactly(0);
        assertThat(indexes(list(at(ShardFilterType.AT_TIMESTAMP, reshard.plusSeconds(9_999)))))
                .containsExactly(1, 2);
        assertThat(indexes(list(at(ShardFilterType.AT_TIMESTAMP, Instant.MAX)))).containsExactly(1, 2);
    }

    @Test
    void listsTheCoverAtAMomentAndEverythingLater() {
        service.clock.advance(Duration.ofMinutes(1));
        split();
        // The present millisecond was the parent's too.
        var reshard = service.clock.instant().plusMillis(1);

        assertThat(indexes(list(at(ShardFilterType.FROM_TIMESTAMP, reshard.minusMillis(1)))))
                .containsExactly(0, 1, 2);
        service.clock.advance(Duration.ofMinutes(1));
        assertThat(indexes(list(at(ShardFilterType.FROM_TIMESTAMP, reshard)))).containsExactly(1, 2);
        assertThat(indexes(list(at(ShardFilterType.FROM_TIMESTAMP, Instant.MAX))))
                .containsExactly(1, 2);
        assertThat(indexes(list(at(ShardFilterType.FROM_TIMESTAMP, Instant.EPOCH))))
                .containsExactly(0, 1, 2);
    }

    @Test
    void listsWhatComesAfterAShard() {
        split();
        assertThat(indexes(list(request -> request.streamName("orders").exclusiveStartShardId("shardId-000000000000"))))
                .containsExactly(1, 2);
        assertThat(indexes(list(request -> request.streamName("orders")
                        .shardFilter(ShardFilter.builder()
                                .type(ShardFilterType.AFTER_SHARD_ID)
                                .shardId("shardId-000000000001")
                                .build()))))
                .containsExactly(2);
        assertThatThrownBy(() -> list(request -> request.streamName("orders").exclusiveStartShardId("nonsense")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void goesOnPageByPage() {
        service.create("wide", 25);

        assertThat(pages(request -> request.streamName("wide"), 10))
                .containsExactly(
                        List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
                        List.of(10, 11, 12, 13, 14, 15, 16, 17, 18, 19),
                        List.of(20, 21, 22, 23, 24));
        assertThat(pages(request -> request.streamName("wide"), 25)).hasSize(1);
    }

    @Test
    void givesAtMostAThousandAtOnce() {
        service.create("vast", 1_001);

        var page = list(request -> request.streamName("vast").maxResults(10_000));

        assertThat(page.shards()).hasSize(1_000);
        assertThat(list(request -> request.nextToken(page.nextToken())).shards())
                .hasSize(1);
    }

    @Test
    void cutsAllPagesFromOneCoverEvenIfTheStreamIsReshardedInBetween() {
        split();
        for (var type :
                List.of(ShardFilterType.AT_LATEST, ShardFilterType.AT_TIMESTAMP, ShardFilterType.AT_TRIM_HORIZON)) {
            service.clock.advance(Duration.ofSeconds(2));
            var before = indexes(list(filteredNow(type)));
            var first = list(request -> {
                filteredNow(type).accept(request);
                request.maxResults(1);
            });
            split(service.shards("orders").getLast().shardId());

            var all = new ArrayList<>(first.shards());
            for (var token = first.nextToken(); token != null; ) {
                var given = token;
                var next = list(request -> request.nextToken(given));
                all.addAll(next.shards());
                token = next.nextToken();
            }
            assertThat(all.stream().map(ShardListingTest::index)).as("%s", type).containsExactlyElementsOf(before);
        }
    }

    @Test
    void acceptsNameAndArnTogether() {
        assertThat(indexes(list(request -> request.streamName("orders").streamARN(ARN))))
                .containsExactly(0);
        assertThat(indexes(list(request -> request.streamARN(ARN)))).containsExactly(0);
    }

    @Test
    void refusesARequestForNothing() {
        refused("Either NextToken or StreamName should be provided.", request -> {});
    }

    @Test
    void refusesATokenWithAnythingElse() {
        service.create("wide", 3);
        var token = list(request -> request.streamName("wide").maxResults(1)).nextToken();

        refused(
                "NextToken and StreamName cannot be provided together.",
                request -> request.nextToken(token).streamName("wide").streamARN(ARN));
        refused(
                "NextToken and StreamARN cannot be provided together.",
                request -> request.nextToken(token).streamARN(ARN));
        refused(
                "NextToken and ShardFilter cannot be provided together.",
                request -> request.nextToken(token)
                        .shardFilter(ShardFilter.builder().type("AT_LATEST").build()));
        refused(
                "NextToken and ExclusiveStartShardId cannot be provided together.",
                request -> request.nextToken(token).exclusiveStartShardId("shardId-0"));
        refused(
                "NextToken and StreamCreationTimestamp cannot be provided together.",
                request -> request.nextToken(token).streamCreationTimestamp(Instant.EPOCH));
    }

    @Test
    void refusesATokenItDidNotIssueOrNotForThisCaller() {
        service.create("wide", 3);
        var token = list(request -> request.streamName("wide").maxResults(1)).nextToken();

        for (var garbage : List.of("x", "", "AAAA", "!!", token.substring(1), token + "A", "é")) {
            refused("Invalid NextToken.", request -> request.nextToken(garbage));
        }
        assertThatThrownBy(() -> service.streams.listShards(
                        Service.caller("111111111111", "us-east-1"),
                        ListShardsRequest.builder().nextToken(token).build()))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Invalid NextToken.");
    }

    @Test
    void refusesATokenOlderThanFiveMinutes() {
        service.create("wide", 3);
        var token = list(request -> request.streamName("wide").maxResults(1)).nextToken();

        service.clock.advance(Duration.ofMinutes(5));
        assertThat(list(request -> request.nextToken(token)).shards()).hasSize(2);
        service.clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> list(request -> request.nextToken(token)))
                .isInstanceOf(ExpiredNextTokenException.class);
    }

    @Test
    void refusesFiltersThatSayTooLittleOrTooMuch() {
        for (var type : ShardFilterType.knownValues()) {
            boolean wantsShard = type == ShardFilterType.AFTER_SHARD_ID;
            boolean wantsTime = type == ShardFilterType.AT_TIMESTAMP || type == ShardFilterType.FROM_TIMESTAMP;
            var wrong = ShardFilter.builder()
                    .type(type)
                    .shardId(wantsShard ? null : "shardId-0")
                    .build();
            var alsoWrong = ShardFilter.builder()
                    .type(type)
                    .shardId(wantsShard ? "shardId-0" : null)
                    .timestamp(wantsTime ? null : Instant.EPOCH)
                    .build();
            for (var filter : List.of(wrong, alsoWrong)) {
                assertThatThrownBy(() ->
                                list(request -> request.streamName("orders").shardFilter(filter)))
                        .as("%s", filter)
                        .isInstanceOf(InvalidArgumentException.class);
            }
        }
    }

    @Test
    void asksForTheRightIncarnation() {
        var created = service.describe("orders").streamCreationTimestamp();

        assertThat(list(request -> request.streamName("orders").streamCreationTimestamp(created))
                        .shards())
                .hasSize(1);
        assertThatThrownBy(() ->
                        list(request -> request.streamName("orders").streamCreationTimestamp(created.minusSeconds(60))))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orders under account 000000000000 not found.");
    }

    @Test
    void isNotReadyWhileTheStreamIsCreated() {
        service.streams.createStream(
                Service.CALLER,
                CreateStreamRequest.builder().streamName("new").shardCount(1).build());

        assertThatThrownBy(() -> list(request -> request.streamName("new")))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream new under account 000000000000 not ACTIVE, instead in state CREATING");
    }

    private void refused(String message, Consumer<ListShardsRequest.Builder> request) {
        assertThatThrownBy(() -> list(request))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage(message);
    }

    private ListShardsResponse list(Consumer<ListShardsRequest.Builder> request) {
        var builder = ListShardsRequest.builder();
        request.accept(builder);
        return service.streams.listShards(Service.CALLER, builder.build());
    }

    private static Consumer<ListShardsRequest.Builder> filtered(ShardFilterType type) {
        return request -> request.streamName("orders")
                .shardFilter(ShardFilter.builder().type(type).build());
    }

    private Consumer<ListShardsRequest.Builder> filteredNow(ShardFilterType type) {
        return type == ShardFilterType.AT_TIMESTAMP ? at(type, service.clock.instant()) : filtered(type);
    }

    private static Consumer<ListShardsRequest.Builder> at(ShardFilterType type, Instant moment) {
        return request -> request.streamName("orders")
                .shardFilter(ShardFilter.builder().type(type).timestamp(moment).build());
    }

    private List<List<Integer>> pages(Consumer<ListShardsRequest.Builder> first, int size) {
        var pages = new ArrayList<List<Integer>>();
        var page = list(request -> {
            first.accept(request);
            request.maxResults(size);
        });
        pages.add(indexes(page));
        while (page.nextToken() != null) {
            var token = page.nextToken();
            page = list(request -> request.nextToken(token).maxResults(size));
            pages.add(indexes(page));
        }
        return pages;
    }

    private static List<Integer> indexes(ListShardsResponse response) {
        return response.shards().stream().map(ShardListingTest::index).toList();
    }

    private static int index(Shard shard) {
        return Integer.parseInt(shard.shardId().substring("shardId-".length()));
    }

    private void split() {
        split("shardId-000000000000");
    }

    private void split(String shard) {
        var range = service.shards("orders").stream()
                .filter(there -> there.shardId().equals(shard))
                .findFirst()
                .orElseThrow()
                .hashKeyRange();
        var middle = new BigInteger(range.startingHashKey())
                .add(new BigInteger(range.endingHashKey()))
                .shiftRight(1);
        service.streams.splitShard(
                Service.CALLER,
                SplitShardRequest.builder()
                        .streamName("orders")
                        .shardToSplit(shard)
                        .newStartingHashKey(middle.toString())
                        .build());
        service.settle();
    }
}
