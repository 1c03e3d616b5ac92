package io.claviger.store.mail;

import io.claviger.core.id.UserId;
import java.time.Instant;

/**
 * A message that waits to be sent.
 *
 * @param id 24 hexadecimal digits
 * @param email where to
 * @param attempts how often it was tried, this time included
 */
public record OutboxRow(
    String id, UserId user, MailPurpose purpose, String email, Instant createdAt, int attempts) {}
