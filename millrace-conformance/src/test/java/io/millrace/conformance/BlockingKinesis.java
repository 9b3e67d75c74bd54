package io.millrace.conformance;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The asynchronous client behind the blocking client's interface, so that each promise is written down once. The SDK gives
 * both interfaces the same methods, apart from the future; this joins them by name.
 */
record BlockingKinesis(KinesisAsyncClient client) implements InvocationHandler {
    static KinesisClient over(KinesisAsyncClient client) {
        return (KinesisClient) Proxy.newProxyInstance(
                KinesisClient.class.getClassLoader(),
                new Class<?>[] {KinesisClient.class},
                new BlockingKinesis(client));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().endsWith("Paginator")) {
            // Pages are fetched by the interface's own default method, one blocking call after another.
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        try {
            var answer = KinesisAsyncClient.class
                    .getMethod(method.getName(), method.getParameterTypes())
                    .invoke(client, arguments);
            return answer instanceof CompletableFuture<?> future ? future.get() : answer;
        } catch (InvocationTargetException | ExecutionException e) {
            throw e.getCause();
        }
    }
}
