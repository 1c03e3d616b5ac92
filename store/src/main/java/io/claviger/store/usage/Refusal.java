package io.claviger.store.usage;

import java.time.Instant;
import java.util.Optional;

/**
 * Why one request was refused.
 *
 * @param requestId as the answer's {@code X-Request-Id} said
 * @param action what was asked for
 * @param status of the answer
 * @param reason for programs
 * @param explanation for people
 * @param address of the client
 * @param userAgent what the client calls itself; not to be trusted
 */
public record Refusal(
    String requestId,
    Instant at,
    CredentialParty party,
    String action,
    int status,
    String reason,
    String explanation,
    Optional<String> address,
    Optional<String> userAgent) {}
