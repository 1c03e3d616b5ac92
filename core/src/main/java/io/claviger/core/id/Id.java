package io.claviger.core.id;

/**
 * The name of one object: 24 hexadecimal digits, compared byte by byte and always kept in lower
 * case (WIR-7). One type for each kind of object, so that two ids cannot be swapped.
 */
public sealed interface Id
    permits AccessKeyId,
        ApiTokenId,
        ApplicationId,
        DashboardId,
        DeviceId,
        EventId,
        InvitationId,
        OrganizationId,
        SessionId,
        TenantTokenId,
        UserId {

  /** 24 lower-case hexadecimal digits. */
  String text();

  /**
   * Refuses anything that is not an id in its kept form.
   *
   * @throws IllegalArgumentException when the text is not 24 lower-case hexadecimal digits
   */
  static void requireValid(String text) {
    if (text.length() != 24) {
      throw new IllegalArgumentException("an id has 24 hexadecimal digits");
    }
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        throw new IllegalArgumentException("an id has 24 lower-case hexadecimal digits");
      }
    }
  }
}
