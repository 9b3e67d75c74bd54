/** The same over TLS, where ALPN has to settle on HTTP/2, with the server's own certificate as the only one trusted. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ListStreamsCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { FIRST, bytes, kinesisClient, newStream, read, setting, texts } from "../support.js";

test("a record goes through TLS", async (t) => {
  const secure = kinesisClient({
    endpoint: setting("MILLRACE_TLS_ENDPOINT"),
    requestHandler: { nodeHttp2ConnectOptions: { ca: readFileSync(setting("MILLRACE_CA")) } },
  });
  t.after(() => secure.destroy());
  const StreamName = await newStream(t, secure);
  await secure.send(new PutRecordCommand({ StreamName, Data: bytes("sealed"), PartitionKey: "key" }));
  assert.deepEqual(texts(await read(secure, StreamName, FIRST)), ["sealed"]);
});

test("the certificate is checked", async (t) => {
  const distrustful = kinesisClient({ endpoint: setting("MILLRACE_TLS_ENDPOINT") });
  t.after(() => distrustful.destroy());
  await assert.rejects(distrustful.send(new ListStreamsCommand({})), { code: /SELF_SIGNED|UNABLE_TO_VERIFY|CERT/ });
});
