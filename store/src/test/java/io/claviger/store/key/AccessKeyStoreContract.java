package io.claviger.store.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.SessionId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.AccessKeySecrets;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicFilter;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Glob;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.Filter;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.StoreConflict;
import io.claviger.store.devicesession.DeviceSessionStore;
import io.claviger.store.facts.CredentialRef;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.facts.StoredCredential;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of access keys and device sessions promise, the same on every database. */
abstract class AccessKeyStoreContract {
  private static final long SEED = 20_260_302;
  private static final Instant TIME = Instant.parse("2026-03-02T10:00:00.123Z");
  private static final ApplicationId APPLICATION = new ApplicationId("a".repeat(24));
  private static final ApplicationId OTHER = new ApplicationId("b".repeat(24));
  private static final DeviceId DEVICE = new DeviceId("d".repeat(24));
  private static final DeviceId DELETED = new DeviceId("e".repeat(24));

  private final Random random = new Random(SEED);
  private final DeviceSessionStore sessions = new DeviceSessionStore();
  private Database database;
  private AccessKeyStore store;
  private SqlFacts facts;
  private int made;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(TIME));
    store = new AccessKeyStore(database);
    facts = new SqlFacts(database, Catalogue.standard());
    insertApplication(APPLICATION);
    insertApplication(OTHER);
    insertDevice(DEVICE, "NULL");
    insertDevice(DELETED, "1");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void insertApplication(ApplicationId id) {
    execute(
        "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details, created_at,"
            + " updated_at) VALUES ('"
            + id
            + "', 'user', '"
            + "c".repeat(24)
            + "', 'Plant', 'plant', '{}', 0, 0)");
  }

  private void insertDevice(DeviceId id, String deletedAt) {
    execute(
        "INSERT INTO device (id, application_id, name, name_folded, device_class, keep_duplicates,"
            + " created_at, updated_at, deleted_at) VALUES ('"
            + id
            + "', '"
            + APPLICATION
            + "', 'Pump', 'pump', 'standalone', 0, 0, 0, "
            + deletedAt
            + ")");
  }

  private void execute(String sql) {
    database.run(transaction -> transaction.handle().execute(sql));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    for (int i = 0; i < 40; i++) {
      AccessKeyRow key = randomKey();
      insert(key, "secret");
      assertThat(store.find(APPLICATION, key.id())).as("seed %d", SEED).contains(key);
      AccessKeyRow changed = changed(key, randomKey());
      database.run(transaction -> store.update(transaction, changed));
      assertThat(store.find(APPLICATION, key.id())).as("seed %d", SEED).contains(changed);
    }
  }

  /** Everything of a key that may change, taken from another one (KEY-6). */
  private static AccessKeyRow changed(AccessKeyRow key, AccessKeyRow other) {
    return new AccessKeyRow(
        key.id(),
        key.application(),
        key.key(),
        other.name(),
        other.description(),
        other.status(),
        key.devices(),
        other.topics(),
        other.addresses(),
        key.createdBy(),
        other.updatedBy(),
        key.createdAt(),
        other.updatedAt());
  }

  /** KEY-22: what the rules are told is what was written, idle lists left out. */
  @Test
  void theRulesAreToldWhatWasWritten() {
    for (int i = 0; i < 60; i++) {
      AccessKeyRow row = randomKey();
      insert(row, "secret" + i);
      AccessKey key = facts.accessKey(row.id()).orElseThrow();
      assertThat(facts.accessKey(row.key())).contains(row.id());
      assertThat(key.secret()).isEqualTo(Digest.of("secret" + i));
      assertThat(key.application()).isEqualTo(APPLICATION);
      assertThat(key.status()).isEqualTo(row.status());
      assertThat(key.devices())
          .as("seed %d", SEED)
          .isEqualTo(
              row.devices().restricted()
                  ? new DeviceSelection.Only(Set.copyOf(row.devices().ids()), row.devices().tags())
                  : new DeviceSelection.All());
      assertThat(key.addresses()).isEqualTo(addressRule(row.addresses()));
      assertThat(key.topics()).isEqualTo(customTopics(row.topics()));
    }
  }

  private static AddressRule addressRule(AccessKeyRow.Addresses addresses) {
    return switch (addresses.type()) {
      case ALL -> new AddressRule.Anyone();
      case WHITELIST -> new AddressRule.Only(addresses.ranges());
      case BLACKLIST -> new AddressRule.Except(addresses.ranges());
    };
  }

  private static CustomTopics customTopics(AccessKeyRow.Topics topics) {
    return switch (topics.type()) {
      case ALL -> CustomTopics.ALL;
      case NONE -> CustomTopics.NONE;
      case WHITELIST -> CustomTopics.only(topics.publish(), topics.subscribe());
      case BLACKLIST -> CustomTopics.except(topics.publish(), topics.subscribe());
    };
  }

  @Test
  void aKeyIsOfItsApplicationAlone() {
    AccessKeyRow key = randomKey();
    insert(key, "secret");
    assertThat(store.find(OTHER, key.id())).isEmpty();
    assertThat(store.count(APPLICATION)).isEqualTo(1);
    assertThat(store.count(OTHER)).isZero();
    assertThat(store.list(OTHER, ListRequest.firstBy("creationDate")).items()).isEmpty();
    database.run(transaction -> store.delete(transaction, key.id()));
    assertThat(store.find(APPLICATION, key.id())).isEmpty();
    assertThat(facts.accessKey(key.key())).isEmpty();
  }

  @Test
  void aKeyNameIsThereOnce() {
    AccessKeyRow key = randomKey();
    insert(key, "secret");
    AccessKeyRow second = renamed(randomKey(), key.key(), Optional.empty());
    assertThatThrownBy(() -> insert(second, "secret")).isInstanceOf(StoreConflict.class);
  }

  @Test
  void namesAreSearchedWithoutRegardToCaseAndTheUnnamedComeFirst() {
    AccessKeyRow unnamed = renamed(randomKey(), newKey(), Optional.empty());
    AccessKeyRow first = renamed(randomKey(), newKey(), Optional.of("ÄPFEL 100%"));
    AccessKeyRow second = renamed(randomKey(), newKey(), Optional.of("äpfel_200"));
    for (AccessKeyRow key : List.of(second, unnamed, first)) {
      insert(key, "secret");
    }
    assertThat(ids(ListRequest.firstBy("name")))
        .containsExactly(unnamed.id(), first.id(), second.id());
    assertThat(ids(filtered("name", "äPFEL*"))).containsExactly(first.id(), second.id());
    assertThat(ids(filtered("name", "*100%"))).containsExactly(first.id());
    assertThat(ids(filtered("key", unnamed.key()))).containsExactly(unnamed.id());
  }

  private static ListRequest filtered(String field, String glob) {
    return new ListRequest(
        0, 100, "name", SortDirection.ASCENDING, Optional.of(new Filter(field, new Glob(glob))));
  }

  private List<AccessKeyId> ids(ListRequest request) {
    return store.list(APPLICATION, request).items().stream().map(AccessKeyRow::id).toList();
  }

  @Test
  void onlyDevicesThatAreThereArePresent() {
    List<DeviceId> many =
        IntStream.range(0, DeviceSelection.MAX_DEVICES - 2)
            .mapToObj(i -> new DeviceId("%024x".formatted(i)))
            .toList();
    List<DeviceId> asked = new ArrayList<>(many);
    asked.add(DELETED);
    asked.add(DEVICE);
    assertThat(store.presentDevices(APPLICATION, asked)).containsExactly(DEVICE);
    assertThat(store.presentDevices(OTHER, asked)).isEmpty();
    assertThat(store.presentDevices(APPLICATION, List.of())).isEmpty();
  }

  @Test
  void aSessionIsFoundUnderItsDigestWithItsWarrant() {
    WarrantRef byKey = new WarrantRef.Key(new AccessKeyId("1".repeat(24)));
    WarrantRef bySession =
        new WarrantRef.Sponsor(new CredentialRef(TokenKind.SESSION, "2".repeat(24)));
    WarrantRef byUser = new WarrantRef.Sponsor(new CredentialRef(TokenKind.USER, "3".repeat(24)));
    WarrantRef byApplication =
        new WarrantRef.Sponsor(new CredentialRef(TokenKind.APPLICATION, "4".repeat(24)));
    int number = 0;
    for (WarrantRef warrant : List.of(byKey, bySession, byUser, byApplication)) {
      for (Optional<Instant> end : List.of(Optional.<Instant>empty(), Optional.of(TIME))) {
        DeviceSession session = session(number++, end);
        Digest digest = Digest.of("token" + number);
        database.run(transaction -> sessions.insert(transaction, session, warrant, digest));
        CredentialRef ref = facts.credential(TokenKind.DEVICE, digest).orElseThrow();
        assertThat(facts.credential(ref)).contains(new StoredCredential.OfDevice(session, warrant));
      }
    }
    WarrantRef device = new WarrantRef.Sponsor(new CredentialRef(TokenKind.DEVICE, "5".repeat(24)));
    assertThatThrownBy(() ->
            database.run(transaction ->
                sessions.insert(
                    transaction, session(99, Optional.empty()), device, Digest.of("token"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSessionsOfAKeyGoWithIt() {
    AccessKeyId gone = new AccessKeyId("1".repeat(24));
    List<WarrantRef> warrants =
        List.of(
            new WarrantRef.Key(gone),
            new WarrantRef.Key(new AccessKeyId("2".repeat(24))),
            new WarrantRef.Sponsor(new CredentialRef(TokenKind.USER, gone.text())));
    database.run(transaction -> {
      for (int i = 0; i < warrants.size(); i++) {
        sessions.insert(
            transaction, session(i, Optional.empty()), warrants.get(i), Digest.of("token" + i));
      }
      sessions.deleteOf(transaction, gone);
    });
    assertThat(facts.credential(TokenKind.DEVICE, Digest.of("token0"))).isEmpty();
    assertThat(facts.credential(TokenKind.DEVICE, Digest.of("token1"))).isPresent();
    assertThat(facts.credential(TokenKind.DEVICE, Digest.of("token2"))).isPresent();
  }

  private static DeviceSession session(int number, Optional<Instant> end) {
    ScopeNames scope = new ScopeNames(List.of("all.Device.read", "device.sendState"));
    return new DeviceSession(
        new SessionId("%024x".formatted(number)),
        APPLICATION,
        DEVICE,
        new Validity(CredentialStatus.ACTIVE, end),
        new Grant(scope, Catalogue.standard().resolve(scope)));
  }

  private void insert(AccessKeyRow key, String secret) {
    database.run(transaction -> store.insert(transaction, key, Digest.of(secret)));
  }

  private String newKey() {
    return AccessKeySecrets.newKey(random);
  }

  private static AccessKeyRow renamed(AccessKeyRow row, String key, Optional<String> name) {
    return new AccessKeyRow(
        row.id(),
        row.application(),
        key,
        name,
        row.description(),
        row.status(),
        row.devices(),
        row.topics(),
        row.addresses(),
        row.createdBy(),
        row.updatedBy(),
        row.createdAt(),
        row.updatedAt());
  }

  private AccessKeyRow randomKey() {
    return new AccessKeyRow(
        new AccessKeyId("%024x".formatted(++made)),
        APPLICATION,
        newKey(),
        maybe("Name \"\\ 'ß'"),
        maybe("text\n"),
        oneOf(CredentialStatus.values()),
        randomDevices(),
        new AccessKeyRow.Topics(oneOf(TopicFilterType.values()), topics(), topics()),
        randomAddresses(),
        new AccessKeyRow.Author("user", "f".repeat(24)),
        new AccessKeyRow.Author("apiToken", "%024x".formatted(random.nextInt(100))),
        TIME.plusMillis(random.nextInt(1000)),
        TIME.plusMillis(random.nextInt(1000)));
  }

  private AccessKeyRow.Devices randomDevices() {
    if (random.nextBoolean()) {
      return AccessKeyRow.Devices.ALL;
    }
    List<DeviceId> ids = List.of(DEVICE, DELETED).subList(0, random.nextInt(3));
    List<TagSelector> tags =
        List.of(
                new TagSelector(Optional.of("k"), Optional.empty()),
                new TagSelector(Optional.empty(), Optional.of("v \"")),
                new TagSelector(Optional.of("k"), Optional.of("v")))
            .subList(0, random.nextInt(4));
    return new AccessKeyRow.Devices(true, ids, tags);
  }

  private AccessKeyRow.Addresses randomAddresses() {
    List<Cidr> all =
        List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.1").stream()
            .map(text -> Cidr.parse(text).orThrow())
            .toList();
    return new AccessKeyRow.Addresses(
        oneOf(AddressFilterType.values()), all.subList(0, 1 + random.nextInt(3)));
  }

  private List<TopicFilter> topics() {
    return List.of("#", "a//+", "plant/é/#").subList(0, random.nextInt(4)).stream()
        .map(text -> TopicFilter.parse(text).orThrow())
        .toList();
  }

  private Optional<String> maybe(String text) {
    return random.nextBoolean() ? Optional.of(text) : Optional.empty();
  }

  private <T> T oneOf(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
