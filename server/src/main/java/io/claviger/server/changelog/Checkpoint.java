package io.claviger.server.changelog;

import io.claviger.core.Parsed;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import io.claviger.core.secret.Ed25519;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.DateTimeException;
import java.time.Instant;
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
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Signs the end of the log. */
  static Checkpoint sign(ChainHead head, Instant time, String publicKey, PrivateKey key) {
    return new Checkpoint(head, time, publicKey, Ed25519.sign(key, message(head, time)));
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
    return Ed25519.verifies(publicKey, message(head, time), signature);
  }

  /** The document. */
  ObjectNode render() {
    ObjectNode object = Json.emptyObject();
    object.put("algorithm", Ed25519.ALGORITHM);
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
