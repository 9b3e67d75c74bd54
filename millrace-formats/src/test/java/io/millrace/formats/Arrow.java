package io.millrace.formats;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.util.Text;

/** Reads ORC files with Arrow, whose reader is the one in C++. */
public final class Arrow {
    private static final int BATCH_ROWS = 10_000;

    private Arrow() {}

    public static List<List<Object>> rows(Path orc) throws Exception {
        var rows = new ArrayList<List<Object>>();
        try (var memory = new RootAllocator();
                var factory = new FileSystemDatasetFactory(
                        memory,
                        NativeMemoryPool.getDefault(),
                        FileFormat.ORC,
                        orc.toUri().toString().replace("file:/", "file:///"));
                var dataset = factory.finish();
                var scanner = dataset.newScan(new ScanOptions(BATCH_ROWS));
                var batches = scanner.scanBatches()) {
            while (batches.loadNextBatch()) {
                var root = batches.getVectorSchemaRoot();
                for (int row = 0; row < root.getRowCount(); row++) {
                    int at = row;
                    rows.add(new ArrayList<>(Arrays.asList(root.getFieldVectors().stream()
                            .map(vector -> plain(vector, at))
                            .toArray())));
                }
            }
        }
        return rows;
    }

    private static Object plain(FieldVector vector, int at) {
        if (vector.isNull(at)) {
            return null;
        }
        return switch (vector) {
            case MapVector map -> {
                var entries = (StructVector) map.getDataVector();
                var plain = new LinkedHashMap<>();
                for (int i = map.getElementStartIndex(at); i < map.getElementEndIndex(at); i++) {
                    plain.put(
                            plain(entries.getChildrenFromFields().getFirst(), i),
                            plain(entries.getChildrenFromFields().getLast(), i));
                }
                yield plain;
            }
            case ListVector list -> {
                var plain = new ArrayList<>();
                for (int i = list.getElementStartIndex(at); i < list.getElementEndIndex(at); i++) {
                    plain.add(plain(list.getDataVector(), i));
                }
                yield plain;
            }
            case StructVector struct -> {
                var plain = new LinkedHashMap<>();
                for (var member : struct.getChildrenFromFields()) {
                    plain.put(member.getName(), plain(member, at));
                }
                yield plain;
            }
            case DateDayVector days -> LocalDate.ofEpochDay(days.get(at));
            case BitVector bits -> bits.get(at) != 0;
            case VarBinaryVector bytes -> List.of(Arrays.toString(bytes.get(at)));
            case FixedSizeBinaryVector bytes -> List.of(Arrays.toString(bytes.get(at)));
            default -> plain(vector.getObject(at));
        };
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            case Text text -> text.toString();
            default -> value;
        };
    }
}
