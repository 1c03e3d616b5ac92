package io.claviger.server.contract;

/**
 * One operation of the API document.
 *
 * @param id its {@code operationId}, which is the name of the action in the catalogue
 * @param method HTTP method in upper case
 * @param path path template with names in braces, as in {@code /me/tokens/{apiTokenId}}
 * @param body what it expects as request body
 */
public record Operation(String id, String method, String path, Body body) {

  /** Whether a request has a body. */
  public enum Body {
    /** None; whatever is sent is ignored (WIR-4). */
    NONE,
    /** May be left out. */
    OPTIONAL,
    /** Must be there. */
    REQUIRED
  }
}
