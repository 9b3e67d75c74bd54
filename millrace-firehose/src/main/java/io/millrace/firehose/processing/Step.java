package io.millrace.firehose.processing;

/** What a stage of a pipeline hands to the next. */
sealed interface Step permits Fragment, Step.Done {

    /** Its way through the pipeline is over. */
    record Done(Processed outcome) implements Step {}
}
