package io.millrace.firehose.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What all deliveries share.
 *
 * @param deliverers a thread for each group of lanes that has something to deliver
 * @param lanes does the deliveries of one cut
 * @param clock the machine's time
 * @param steady measures how long something takes, or has waited
 * @param ids makes the ids of new deliveries
 * @param pace how long a pause lasts that should last so long; a test's are shorter
 */
record Environment(
        Checkpoints checkpoints,
        Scratch scratch,
        Executor deliverers,
        SideBySide lanes,
        InstantSource clock,
        InstantSource steady,
        RandomGenerator random,
        Supplier<UUID> ids,
        UnaryOperator<Duration> pace) {}
