package io.claviger.server.mail;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.settings.MailSettings.Protection;
import io.claviger.server.settings.MailSettings.SmtpServer;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to a server for submission (RFC 6409), one connection for each. Certificates and
 * the name in them are checked. Where STARTTLS is asked for and the server has none, nothing is
 * said to it.
 */
public final class SmtpMail implements Mail {
  /** For each step of the conversation: to connect, to be answered, to get a message through. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** RFC 5321 section 4.2.1: codes from here on say that trying again is of no use. */
  private static final int PERMANENT = 500;

  private final SmtpServer server;
  private final String from;
  private final InstantSource clock;
  private final ObjectIdSource ids;
  private final Session session;

  /**
   * Sends through a server.
   *
   * @param from the sender's address
   */
  public SmtpMail(SmtpServer server, String from, InstantSource clock, ObjectIdSource ids) {
    this.server = server;
    this.from = from;
    this.clock = clock;
    this.ids = ids;
    this.session = Session.getInstance(properties(server));
  }

  private static Properties properties(SmtpServer server) {
    String protocol = server.protection() == Protection.TLS ? "smtps" : "smtp";
    boolean startTls = server.protection() == Protection.STARTTLS;
    String millis = Long.toString(TIMEOUT.toMillis());
    Properties properties = new Properties();
    properties.setProperty("mail.transport.protocol", protocol);
    String prefix = "mail." + protocol + ".";
    properties.setProperty(prefix + "connectiontimeout", millis);
    properties.setProperty(prefix + "timeout", millis);
    properties.setProperty(prefix + "writetimeout", millis);
    properties.setProperty(prefix + "starttls.enable", Boolean.toString(startTls));
    properties.setProperty(prefix + "starttls.required", Boolean.toString(startTls));
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    properties.setProperty(prefix + "auth", Boolean.toString(server.user().isPresent()));
    return properties;
  }

  @Override
  public void send(Message message) {
    try (Transport transport = session.getTransport()) {
      MimeMessage mime = mime(message);
      transport.connect(server.host(), server.port(), user(), password());
      transport.sendMessage(mime, new Address[] {address(message.to())});
    } catch (AuthenticationFailedException e) {
      throw new MailUnavailable("the mail server does not accept our name and password", e);
    } catch (MessagingException e) {
      int code = code(e);
      throw new MailUnavailable(
          code > 0 ? "the mail server answers " + code : "the mail server cannot be reached",
          e,
          code >= PERMANENT);
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("every Java platform has UTF-8", e);
    }
  }

  private @Nullable String user() {
    return server.user().orElse(null);
  }

  private @Nullable String password() {
    return server.user().isPresent() ? server.password() : null;
  }

  /** As it is: one line of ASCII; whether it exists is for servers to say. */
  private static InternetAddress address(String text) {
    InternetAddress address = new InternetAddress();
    address.setAddress(text);
    return address;
  }

  private MimeMessage mime(Message message)
      throws MessagingException, UnsupportedEncodingException {
    String id = "<" + ids.next() + "@" + from.substring(from.indexOf('@') + 1) + ">";
    MimeMessage mime =
        new MimeMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id); // the library's would tell the name of this machine
          }
        };
    mime.setFrom(new InternetAddress(from, "Claviger", StandardCharsets.UTF_8.name()));
    mime.setRecipient(RecipientType.TO, address(message.to()));
    mime.setSubject(message.subject(), StandardCharsets.US_ASCII.name());
    mime.setSentDate(Date.from(clock.instant()));
    mime.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no out-of-office replies
    mime.setText(message.text().replace("\n", "\r\n"), StandardCharsets.UTF_8.name());
    mime.saveChanges();
    return mime;
  }

  /** What the server answered; 0 when it did not. Its words may repeat an address, so they stay. */
  private static int code(MessagingException problem) {
    for (Exception at = problem;
        at instanceof MessagingException next;
        at = next.getNextException()) {
      if (at instanceof SMTPAddressFailedException refused) {
        return refused.getReturnCode();
      }
      if (at instanceof SMTPSendFailedException refused
          && !(refused.getNextException() instanceof SMTPAddressFailedException)) {
        return refused.getReturnCode();
      }
    }
    return 0;
  }
}
