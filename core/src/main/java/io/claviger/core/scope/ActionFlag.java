package io.claviger.core.scope;

import io.claviger.core.Parsed;

/** What is unusual about an action. */
public enum ActionFlag {
  /** Answers without a credential. A dashboard action still uses one that is presented. */
  NO_TOKEN("noToken"),
  /** Never open to an OAuth token, whatever its scope. */
  DENY_OAUTH("denyOauth"),
  /** Open to a user whose e-mail address is not verified yet (USR-14). */
  ALLOW_UNVERIFIED("allowUnverified"),
  /** Answers with a stream of server-sent events (WIR-20). */
  SSE("sse"),
  /** Any valid credential of the context will do; no scope is needed. */
  ANY_SCOPE("anyScope"),
  /** Open to a personal access token of an organization that may read its users (LUC-17). */
  UM_READ("umRead"),
  /** Open to a personal access token of an organization that may change its users (LUC-17). */
  UM_WRITE("umWrite"),
  /** Open to a personal access token of an organization that may change many at once (LUC-17). */
  UM_BULK("umBulk"),
  /** An addition of this project, not part of the compatible interface. */
  OWN("own");

  private final String fileName;

  ActionFlag(String fileName) {
    this.fileName = fileName;
  }

  static Parsed<ActionFlag> parse(String text) {
    for (ActionFlag flag : values()) {
      if (flag.fileName.equals(text)) {
        return Parsed.ok(flag);
      }
    }
    return Parsed.rejected("unknown flag " + text);
  }
}
