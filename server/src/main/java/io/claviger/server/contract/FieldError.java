package io.claviger.server.contract;

/**
 * One thing wrong with a body.
 *
 * @param field where, as a person would write it, such as {@code orgRoles[0].role}; {@code body}
 *     for the whole of it. At most {@value #FIELD_LENGTH_MAX} characters, all printable
 * @param message what is wrong, a clause without subject such as {@code is required}; never repeats
 *     the value that was sent, so it cannot carry a secret
 */
public record FieldError(String field, String message) {

  /** Names are at most 255 characters on the wire; longer ones are only ever sent by mistake. */
  static final int FIELD_LENGTH_MAX = 255;

  /** Field and message as one sentence without full stop. */
  public String sentence() {
    return field + " " + message;
  }
}
