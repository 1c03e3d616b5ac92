package io.claviger.core.change;

import java.util.Optional;

/**
 * What a use case reports about one change it makes, before it has a place in the log.
 *
 * @param actor who did it
 * @param action the name in the action catalogue, such as {@code applicationKeys.post} (AUD-3)
 * @param subject what it was done to
 * @param organizationId the organization in whose log it belongs; empty for a sandbox or an account
 * @param applicationId the application it belongs to, if any
 * @param accountId the user in whose own log it belongs: it is about the account, or about
 *     something in the user's sandbox (AUD-8); empty for what is of an organization
 * @param before the state before as JSON, without secrets (AUD-6); empty for a creation
 * @param after the state after as JSON, without secrets (AUD-6); empty for a deletion
 */
public record Change(
    Actor actor,
    String action,
    Subject subject,
    Optional<String> organizationId,
    Optional<String> applicationId,
    Optional<String> accountId,
    Optional<String> before,
    Optional<String> after) {

  /**
   * Outside of every organization somebody acts on the own account: on that of the actor's user, or
   * else on the account that is changed.
   */
  public Change(
      Actor actor,
      String action,
      Subject subject,
      Optional<String> organizationId,
      Optional<String> applicationId,
      Optional<String> before,
      Optional<String> after) {
    this(
        actor,
        action,
        subject,
        organizationId,
        applicationId,
        organizationId.isPresent()
            ? Optional.empty()
            : actor.userId().or(() -> accountChanged(subject)),
        before,
        after);
  }

  private static Optional<String> accountChanged(Subject subject) {
    return subject.type() == SubjectType.USER ? Optional.of(subject.id()) : Optional.empty();
  }

  /**
   * The same change in text that every database keeps and that has one UTF-8 form: each unpaired
   * surrogate and each U+0000 becomes U+FFFD. A report of a change is never refused for its text.
   */
  public Change wellFormed() {
    return new Change(
        new Actor(
            actor.type(),
            wellFormed(actor.id()),
            wellFormed(actor.name()),
            actor.userId().map(Change::wellFormed)),
        wellFormed(action),
        new Subject(subject.type(), wellFormed(subject.id()), wellFormed(subject.name())),
        organizationId.map(Change::wellFormed),
        applicationId.map(Change::wellFormed),
        accountId.map(Change::wellFormed),
        before.map(Change::wellFormed),
        after.map(Change::wellFormed));
  }

  private static String wellFormed(String text) {
    var result = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point == 0 || isSurrogate(point) ? 0xFFFD : point)
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
