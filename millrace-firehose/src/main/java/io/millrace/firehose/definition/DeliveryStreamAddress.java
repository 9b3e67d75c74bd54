package io.millrace.firehose.definition;

import io.millrace.model.Namespace;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.Service;

/** Where a delivery stream is found. */
public record DeliveryStreamAddress(Namespace namespace, String name) {
    public String arn() {
        return namespace.arn(Service.FIREHOSE.signingName(), "deliverystream/" + name);
    }

    public ResourceNotFoundException notFound() {
        return new ResourceNotFoundException(
                "Firehose " + name + " under account " + namespace.account() + " not found.");
    }
}
