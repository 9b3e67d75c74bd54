package io.millrace.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** A Millrace server's page of deliveries. */
record DeliveriesEndpoint(AdminEndpoint page) {
    private static final String PATH = "/admin/deliveries";

    /** Something that happened to a delivery. */
    record Event(long number, String at, String text) {}

    DeliveriesEndpoint(Connection connection, AdminOptions admin) {
        this(new AdminEndpoint(connection, admin, PATH, "watch deliveries"));
    }

    /** Delivers what is held now; says whether all of it is delivered. */
    boolean flush(String name) {
        return ask(SdkHttpMethod.PUT, name).truth("delivered");
    }

    /** What happened last, oldest first. */
    List<Event> events(String name) {
        return ask(SdkHttpMethod.GET, name).objects("deliveryStreams").stream()
                .flatMap(stream -> stream.objects("events").stream())
                .map(event -> new Event(event.number("number"), event.text("at"), event.text("text")))
                .toList();
    }

    private JsonFields ask(SdkHttpMethod method, String name) {
        var answer =
                page.send(SdkHttpFullRequest.builder().method(method).putRawQueryParameter("name", name), new byte[0]);
        return JsonFields.parse(answer.getBytes(StandardCharsets.UTF_8));
    }
}
