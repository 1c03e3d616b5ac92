package io.claviger.server.account;

import io.claviger.core.secret.Secret;
import io.claviger.server.mail.Message;
import io.claviger.server.mail.MessageLinks;
import io.claviger.store.mail.OutboxRow;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The texts of messages to owners of accounts. They name nobody and hold nothing that somebody has
 * typed, so nobody can write to others through them.
 */
final class AccountMessages {
  private final Supplier<String> publicUrl;

  AccountMessages(Supplier<String> publicUrl) {
    this.publicUrl = publicUrl;
  }

  /**
   * The message.
   *
   * @param link the secret in its link
   */
  Message of(OutboxRow row, Optional<Secret> link) {
    return switch (row.purpose()) {
      case VERIFY ->
          new Message(
              row.email(),
              "Verify your e-mail address",
              """
              This link shows that you read mail to this address. Open it and press the button:

              %s

              It works once, within a day. If you did not ask for it, do nothing.
              """
                  .formatted(url("verify-email", row, link)));
      case RESET ->
          new Message(
              row.email(),
              "Set a new password",
              """
              This link lets you set a new password. It is for you alone:

              %s

              It works once, within an hour. All sessions end when you do. If you did not ask for it, do
              nothing: your password stays as it is.
              """
                  .formatted(url("reset-password", row, link)));
      case RELEASED ->
          new Message(
              row.email(),
              "Your account is your own now",
              """
              No organization manages your account any more. So that nobody else can use it, its password, its
              sessions and its API tokens were ended. This link lets you set a new password. It is for you alone:

              %s

              It works once, within a day.
              """
                  .formatted(url("reset-password", row, link)));
      case PASSWORD_CHANGED ->
          notice(row, "Your password was changed", "The password of your account was changed.");
      case EMAIL_CHANGED ->
          notice(
              row,
              "Your e-mail address was changed",
              "Your account has another e-mail address from now on; this one is not used any more.");
      case SECOND_FACTOR_CHANGED ->
          notice(
              row,
              "Two-factor authentication was changed",
              "Two-factor authentication of your account was switched on or off.");
    };
  }

  private Message notice(OutboxRow row, String subject, String what) {
    return new Message(
        row.email(),
        subject,
        """
        %s

        If it was not you, tell those who run this server at once:

        %s
        """
            .formatted(what, publicUrl.get()));
  }

  private String url(String page, OutboxRow row, Optional<Secret> link) {
    return MessageLinks.to(publicUrl.get(), page, link.orElseThrow(), row.email());
  }
}
