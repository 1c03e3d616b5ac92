package io.claviger.store.facts;

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
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Standing;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.tenant.TenantTokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

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

  /** Thrown to the method that set {@link #memoryOnly}, and nowhere else. */
  private static final class NotInMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotInMemory() {
      // Nobody reads where it came from.
      super("not in memory", null, false, false);
    }
  }

  private record MemberKey(OrganizationId organization, UserId user) {}

  /** Bound while nothing may be loaded. */
  private final ScopedValue<Boolean> memoryOnly = ScopedValue.newInstance();

  private final Facts source;
  private final Database database;

  private final CredentialMemory credentials = new CredentialMemory();
  private final Memory<UserId, Optional<UserFacts>> users = new Memory<>();
  private final Memory<OrganizationId, Optional<OwnerState>> organizations = new Memory<>();
  private final Memory<MemberKey, Standing> standings = new Memory<>();
  private final Memory<ApplicationId, Optional<Owner>> applications = new Memory<>();
  private final Memory<DashboardId, Optional<DashboardFacts>> dashboards = new Memory<>();
  private final Memory<DeviceId, Optional<DeviceFacts>> devices = new Memory<>();
  private final Memory<AccessKeyId, Optional<AccessKey>> accessKeys = new Memory<>();

  /** Never dropped for a change: a key keeps its name, and of a deleted one there are no facts. */
  private final Memory<String, AccessKeyId> accessKeyNames = new Memory<>();

  /** Puts a memory before a source and keeps it current with the changes of the database. */
  public CachedFacts(Facts source, Database database) {
    this.source = source;
    this.database = database;
    database.onChange(this::forget);
  }

  @Override
  public Optional<CredentialRef> credential(TokenKind kind, Digest digest) {
    requireCurrent();
    return source.credential(kind, digest);
  }

  @Override
  public Optional<StoredCredential> presented(TokenKind kind, Digest digest) {
    requireCurrent();
    return database.inTransaction()
        ? source.presented(kind, digest)
        : credentials.get(digest, () -> source.credential(kind, digest), source::credential);
  }

  @Override
  public Optional<TenantTokenStore.Presented> tenantToken(
      OrganizationId organization, Digest digest) {
    requireCurrent();
    return source.tenantToken(organization, digest);
  }

  @Override
  public Optional<StoredCredential> credential(CredentialRef ref) {
    return database.inTransaction()
        ? source.credential(ref)
        : credentials.get(ref, source::credential);
  }

  /** Drops credentials that have run out; to be called from time to time. */
  public void sweep(Instant now) {
    credentials.sweep(now);
  }

  @Override
  public Optional<UserFacts> user(UserId id) {
    return remembered(users, id, source::user);
  }

  @Override
  public Optional<OwnerState> organization(OrganizationId id) {
    return remembered(organizations, id, source::organization);
  }

  @Override
  public Standing granted(OrganizationId organization, UserId user) {
    return remembered(
        standings,
        new MemberKey(organization, user),
        key -> source.granted(key.organization(), key.user()));
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
    if (memoryOnly.isBound()) {
      return Optional.of(known(accessKeyNames, key));
    }
    return database.inTransaction()
        ? source.accessKey(key)
        : accessKeyNames.find(key, source::accessKey);
  }

  private <K, V> V remembered(Memory<K, V> memory, K key, Function<? super K, ? extends V> load) {
    if (memoryOnly.isBound()) {
      return known(memory, key);
    }
    return database.inTransaction() ? load.apply(key) : memory.get(key, load);
  }

  private static <K, V> V known(Memory<K, V> memory, K key) {
    V known = memory.peek(key);
    if (known == null) {
      throw new NotInMemory();
    }
    return known;
  }

  @Override
  public <T> Optional<T> fromMemory(Supplier<T> decision) {
    try {
      return Optional.of(ScopedValue.where(memoryOnly, true).call(decision::get));
    } catch (NotInMemory e) {
      return Optional.empty();
    }
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
      case USER -> users.forget(new UserId(id));
      case SESSION, API_TOKEN, OAUTH_TOKEN -> credentials.forget(id);
      case ORGANIZATION -> organizations.forget(new OrganizationId(id));
      case MEMBER ->
          standings.forget(
              new MemberKey(
                  new OrganizationId(entry.change().organizationId().orElseThrow()),
                  new UserId(id)));
      case APPLICATION -> applications.forget(new ApplicationId(id));
      case DASHBOARD -> dashboards.forget(new DashboardId(id));
      case DEVICE -> devices.forget(new DeviceId(id));
      case ACCESS_KEY -> accessKeys.forget(new AccessKeyId(id));
      case INVITATION,
          DEVICE_ATTRIBUTE,
          OAUTH_CLIENT,
          TENANT_TOKEN,
          TENANT_USER,
          BROUGHT_API,
          SETTING -> {
        // No fact hangs on them.
      }
    }
  }
}
