"""A record processor for the MultiLangDaemon: writes down what it is given, and takes a checkpoint after each batch.

Standard output belongs to the daemon, so the notes go to the file that MILLRACE_LEDGER names: every shard has a process of its
own, and all of them append lines to it.
"""

import os

from amazon_kclpy import kcl
from amazon_kclpy.v3 import processor


class Recorder(processor.RecordProcessorBase):
    def initialize(self, initialize_input):
        self.shard_id = initialize_input.shard_id

    def process_records(self, process_records_input):
        lines = [f"{self.shard_id} {record.binary_data.decode()}\n" for record in process_records_input.records]
        with open(os.environ["MILLRACE_LEDGER"], "ab", buffering=0) as ledger:
            # One write, so that the lines of two processes do not mix.
            ledger.write("".join(lines).encode())
        process_records_input.checkpointer.checkpoint()

    def lease_lost(self, lease_lost_input):
        pass

    def shard_ended(self, shard_ended_input):
        shard_ended_input.checkpointer.checkpoint()

    def shutdown_requested(self, shutdown_requested_input):
        pass


if __name__ == "__main__":
    kcl.KCLProcess(Recorder()).run()
