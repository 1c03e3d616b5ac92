package io.claviger.server.application;

import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.store.application.Author;

/** Who makes or changes something. */
public final class Authors {
  private Authors() {}

  /** The user or the token that asks. */
  public static Author of(Call call, Changes changes) {
    Actor actor = changes.actor(call.bearer());
    return new Author(actor.type() == ActorType.USER ? "user" : "apiToken", actor.id());
  }
}
