package io.millrace.conformance;

import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** The files of Iceberg tables that are in local folders, by Iceberg's own means. */
record LocalTableFiles() implements FileIO {
    private static final long serialVersionUID = 1;

    @Override
    public InputFile newInputFile(String path) {
        return Files.localInput(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
        return Files.localOutput(path);
    }

    @Override
    public void deleteFile(String path) {
        if (!new java.io.File(path).delete()) {
            throw new IllegalStateException(path + " can't be deleted");
        }
    }
}
