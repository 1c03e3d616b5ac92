package io.claviger.server.changelog;

import io.claviger.core.Parsed;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The end of the change log at a time, signed. Who keeps one elsewhere can prove later that nothing
 * before it was cut or written anew: the signature says that the log had this end, and the hash
 * covers everything before.
 *
 * <p>What is signed, with Ed25519 (RFC 8032), is this text in UTF-8:
 *
 * <pre>
 * claviger/checkpoint/1
 * entries in decimal digits
 * hash of the last in 64 hexadecimal digits
 * time as it stands in the document
 * </pre>
 *
 * with a line feed behind each line.
 *
 * @param head the end of the log
 * @param time when it was signed, to the millisecond
 * @param publicKey in X.509 form and base 64
 * @param signature in base 64
 */
public record Checkpoint(ChainHead head, Instant time, String publicKey, String signature) {
  private static final String ALGORITHM = "Ed25519";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Signs the end of the log. */
  static Checkpoint sign(ChainHead head, Instant time, String publicKey, PrivateKey key) {
    try {
      Signature signing = Signature.getInstance(ALGORITHM);
      signing.initSign(key);
      signing.update(message(head, time));
      return new Checkpoint(
          head, time, publicKey, Base64.getEncoder().encodeToString(signing.sign()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has Ed25519", impossible);
    }
  }

  private static byte[] message(ChainHead head, Instant time) {
    return ("claviger/checkpoint/1\n"
            + head.sequence()
            + "\n"
            + head.hash().hex()
            + "\n"
            + Wire.time(time)
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the signature is that of the key which the document names. */
  public boolean isSigned() {
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      Signature checking = Signature.getInstance(ALGORITHM);
      checking.initVerify(key);
      checking.update(message(head, time));
      return checking.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The document. */
  ObjectNode render() {
    ObjectNode object = Json.emptyObject();
    object.put("algorithm", ALGORITHM);
    object.put("entries", head.sequence());
    object.put("hash", head.hash().hex());
    object.put("time", Wire.time(time));
    object.put("publicKey", publicKey);
    return object.put("signature", signature);
  }

  /** Reads a document; says nothing of its signature. */
  public static Parsed<Checkpoint> parse(byte[] document) {
    JsonNode node;
    try {
      node = Json.parse(document);
    } catch (ApiException e) {
      return Parsed.rejected("is no JSON document");
    }
    JsonNode entries = node.path("entries");
    String hash = node.path("hash").asString("");
    try {
      if (entries.isIntegralNumber()
          && entries.canConvertToLong()
          && entries.longValue() >= 0
          && HASH.matcher(hash).matches()) {
        return Parsed.ok(
            new Checkpoint(
                new ChainHead(entries.longValue(), new ChainHash(hash)),
                Instant.parse(node.path("time").asString("")),
                node.path("publicKey").asString(""),
                node.path("signature").asString("")));
      }
    } catch (DateTimeException e) {
      // Answered below.
    }
    return Parsed.rejected("is no checkpoint");
  }
}
