package io.claviger.store.usage;

import java.time.Instant;
import java.util.Map;
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
 * @param resource what the request named: ids by their names in its path, or as the body has them;
 *     an id that can be of nothing is left out. Empty when that was not put down
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
    Optional<Map<String, String>> resource,
    Optional<String> address,
    Optional<String> userAgent) {}
