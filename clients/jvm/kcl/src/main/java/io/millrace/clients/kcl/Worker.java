package io.millrace.clients.kcl;

/**
 * One worker of an application, whatever its release calls it.
 *
 * @param loop works until it is stopped
 * @param stop makes the loop come to its end
 */
record Worker(Runnable loop, Runnable stop) {}
