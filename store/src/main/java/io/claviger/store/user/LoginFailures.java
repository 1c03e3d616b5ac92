package io.claviger.store.user;

import java.time.Instant;

/**
 * Failed log-ins with one e-mail address since the last one that succeeded.
 *
 * @param count 1 or more
 * @param lastAt when the last of them was
 */
public record LoginFailures(int count, Instant lastAt) {}
