package io.claviger.store.facts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Standing;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Facts kept in memory, so that a credential that was seen before is decided without the database.
 *
 * <p>An entry is dropped when a change to its subject is committed, on this node before the change
 * is acknowledged, on other nodes as soon as their feed tells. While an entry is being loaded its
 * key is locked, and dropping waits for that: a value read before a change cannot be put in after
 * it. A node whose feed has not been current for {@link #BOUND} answers nothing from memory and
 * nothing from the database either: it refuses (fails closed) until it knows again.
 *
 * <p>Inside a write everything comes from the transaction itself and is not kept, since it may be
 * rolled back.
 */
public final class CachedFacts implements Facts {
  /** How long a change on another node may stay unknown here. */
  public static final Duration BOUND = Duration.ofSeconds(1);

  /** Entries of each kind; a credential with what it hangs on takes about half a kilobyte. */
  private static final long MAX_ENTRIES = 1_000_000;

  private record MemberKey(OrganizationId organization, UserId user) {}

  private final Facts source;
  private final Database database;

  /**
   * Never dropped for a change: a credential keeps its digest, and what is deleted is gone from the
   * next cache.
   */
  private final Cache<Digest, CredentialRef> digests = cache();

  private final Cache<String, Optional<StoredCredential>> credentials = cache();
  private final Cache<UserId, Optional<UserFacts>> users = cache();
  private final Cache<OrganizationId, Boolean> organizations = cache();
  private final Cache<MemberKey, Standing> standings = cache();
  private final Cache<ApplicationId, Optional<Owner>> applications = cache();
  private final Cache<DashboardId, Optional<DashboardFacts>> dashboards = cache();
  private final Cache<DeviceId, Optional<DeviceFacts>> devices = cache();
  private final Cache<AccessKeyId, Optional<AccessKey>> accessKeys = cache();
  private final Cache<String, AccessKeyId> accessKeyNames = cache();

  /** Puts a memory before a source and keeps it current with the changes of the database. */
  public CachedFacts(Facts source, Database database) {
    this.source = source;
    this.database = database;
    database.onChange(this::forget);
  }

  private static <K, V> Cache<K, V> cache() {
    return Caffeine.newBuilder().maximumSize(MAX_ENTRIES).build();
  }

  @Override
  public Optional<CredentialRef> credential(TokenKind kind, Digest digest) {
    requireCurrent();
    return known(digests, digest, _ -> source.credential(kind, digest))
        .filter(ref -> ref.kind() == kind);
  }

  @Override
  public Optional<StoredCredential> credential(CredentialRef ref) {
    return remembered(credentials, ref.id(), _ -> source.credential(ref));
  }

  @Override
  public Optional<UserFacts> user(UserId id) {
    return remembered(users, id, source::user);
  }

  @Override
  public boolean organizationExists(OrganizationId id) {
    return remembered(organizations, id, source::organizationExists);
  }

  @Override
  public Standing standing(OrganizationId organization, UserId user) {
    return remembered(
        standings,
        new MemberKey(organization, user),
        key -> source.standing(key.organization(), key.user()));
  }

  @Override
  public Optional<Owner> applicationOwner(ApplicationId id) {
    return remembered(applications, id, source::applicationOwner);
  }

  @Override
  public Optional<DashboardFacts> dashboard(DashboardId id) {
    requireCurrent();
    return remembered(dashboards, id, source::dashboard);
  }

  @Override
  public Optional<DeviceFacts> device(DeviceId id) {
    return remembered(devices, id, source::device);
  }

  @Override
  public Optional<AccessKey> accessKey(AccessKeyId id) {
    return remembered(accessKeys, id, source::accessKey);
  }

  @Override
  public Optional<AccessKeyId> accessKey(String key) {
    requireCurrent();
    return known(accessKeyNames, key, source::accessKey);
  }

  private <K, V> V remembered(Cache<K, V> cache, K key, Function<? super K, ? extends V> load) {
    return database.inTransaction() ? load.apply(key) : cache.get(key, load);
  }

  /** For what is never dropped: only what exists is kept, since an absent one may come to be. */
  private <K, V> Optional<V> known(Cache<K, V> cache, K key, Function<K, Optional<V>> load) {
    V present = cache.getIfPresent(key);
    if (present != null) {
      return Optional.of(present);
    }
    Optional<V> loaded = load.apply(key);
    if (!database.inTransaction()) {
      loaded.ifPresent(value -> cache.put(key, value));
    }
    return loaded;
  }

  /**
   * Asked where a request begins to ask: for its credential, its access key, or a dashboard that
   * needs neither.
   */
  private void requireCurrent() {
    if (!database.feed().current(BOUND)) {
      throw new StoreUnavailable("changes made elsewhere may be unknown here");
    }
  }

  private void forget(List<ChangeEntry> entries) {
    for (ChangeEntry entry : entries) {
      forget(entry);
    }
  }

  private void forget(ChangeEntry entry) {
    String id = entry.change().subject().id();
    switch (entry.change().subject().type()) {
      case USER -> users.invalidate(new UserId(id));
      case SESSION, API_TOKEN, OAUTH_TOKEN -> credentials.invalidate(id);
      case ORGANIZATION -> organizations.invalidate(new OrganizationId(id));
      case MEMBER ->
          standings.invalidate(
              new MemberKey(
                  new OrganizationId(entry.change().organizationId().orElseThrow()),
                  new UserId(id)));
      case APPLICATION -> applications.invalidate(new ApplicationId(id));
      case DASHBOARD -> dashboards.invalidate(new DashboardId(id));
      case DEVICE -> devices.invalidate(new DeviceId(id));
      case ACCESS_KEY -> accessKeys.invalidate(new AccessKeyId(id));
      case INVITATION, DEVICE_ATTRIBUTE, OAUTH_CLIENT, TENANT_TOKEN, BROUGHT_API, SETTING -> {
        // No fact hangs on them.
      }
    }
  }
}
