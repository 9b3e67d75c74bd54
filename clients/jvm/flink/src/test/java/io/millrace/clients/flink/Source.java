package io.millrace.clients.flink;

import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kinesis.source.KinesisStreamsSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;

/** The connector's ways to read a stream from its beginning. */
enum Source {
    POLLING {
        @Override
        DataStream<String> read(StreamExecutionEnvironment flink, Millrace millrace, TestStream stream) {
            return consumer(flink, stream, consumerProperties(millrace));
        }
    },
    FAN_OUT {
        @Override
        DataStream<String> read(StreamExecutionEnvironment flink, Millrace millrace, TestStream stream) {
            var properties = consumerProperties(millrace);
            properties.setProperty("flink.stream.recordpublisher", "EFO");
            properties.setProperty("flink.stream.efo.consumername", "flink");
            return consumer(flink, stream, properties);
        }
    },
    NEWER_POLLING {
        @Override
        DataStream<String> read(StreamExecutionEnvironment flink, Millrace millrace, TestStream stream) {
            var source = KinesisStreamsSource.<String>builder()
                    .setStreamArn(stream.arn())
                    .setSourceConfig(Configuration.fromMap(propertiesAsMap(consumerProperties(millrace))))
                    .setDeserializationSchema(new SimpleStringSchema())
                    .build();
            return flink.fromSource(source, WatermarkStrategy.noWatermarks(), "newer source", Types.STRING);
        }
    };

    abstract DataStream<String> read(StreamExecutionEnvironment flink, Millrace millrace, TestStream stream);

    @SuppressWarnings("deprecation") // It is what most applications still have.
    private static DataStream<String> consumer(
            StreamExecutionEnvironment flink, TestStream stream, Properties properties) {
        return flink.addSource(new FlinkKinesisConsumer<>(stream.name(), new SimpleStringSchema(), properties));
    }

    private static Properties consumerProperties(Millrace millrace) {
        var properties = Connections.properties(millrace);
        properties.setProperty("flink.stream.initpos", "TRIM_HORIZON");
        properties.setProperty("flink.shard.discovery.intervalmillis", "500");
        return properties;
    }

    private static Map<String, String> propertiesAsMap(Properties properties) {
        var map = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }
}
