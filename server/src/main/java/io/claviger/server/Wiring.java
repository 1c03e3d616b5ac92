package io.claviger.server;

import io.claviger.core.decide.Minting;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeCover;
import io.claviger.server.access.Access;
import io.claviger.server.access.Attribution;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.access.Places;
import io.claviger.server.access.PublicUrl;
import io.claviger.server.account.AccountFeature;
import io.claviger.server.account.AccountMail;
import io.claviger.server.account.AccountPages;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.account.FirstAdministrator;
import io.claviger.server.account.Housekeeping;
import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.application.ApplicationFeature;
import io.claviger.server.application.OwnerAccess;
import io.claviger.server.audit.AuditLogs;
import io.claviger.server.background.Background;
import io.claviger.server.changelog.ChangeLogRetention;
import io.claviger.server.changelog.ChangeLogs;
import io.claviger.server.changelog.Checkpoints;
import io.claviger.server.changelog.InstallationSigner;
import io.claviger.server.contract.Contract;
import io.claviger.server.count.CountActions;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.dashboard.DashboardFeature;
import io.claviger.server.dashboard.DashboardPasswords;
import io.claviger.server.decision.Decisions;
import io.claviger.server.decision.Explanations;
import io.claviger.server.device.DeviceFeature;
import io.claviger.server.device.DevicePurge;
import io.claviger.server.devicelogin.DeviceAuthentication;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.docs.DocsRoutes;
import io.claviger.server.event.EventFeature;
import io.claviger.server.http.HttpLimits;
import io.claviger.server.http.HttpServer;
import io.claviger.server.http.Router;
import io.claviger.server.key.AccessKeys;
import io.claviger.server.mail.Mail;
import io.claviger.server.mail.MailFolder;
import io.claviger.server.mail.MailSender;
import io.claviger.server.mail.SmtpMail;
import io.claviger.server.metrics.ManagementRoutes;
import io.claviger.server.metrics.Metrics;
import io.claviger.server.metrics.ReadinessCheck;
import io.claviger.server.metrics.RequestMetrics;
import io.claviger.server.metrics.UsageMetrics;
import io.claviger.server.mqtt.Broker;
import io.claviger.server.organization.OrganizationFeature;
import io.claviger.server.ownership.OwnedResources;
import io.claviger.server.scim.ScimFeature;
import io.claviger.server.search.ApplicationSearch;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.security.SecretBox;
import io.claviger.server.settings.Settings;
import io.claviger.server.state.StateFeature;
import io.claviger.server.tenant.PersonalAccessTokens;
import io.claviger.server.token.TokenFeature;
import io.claviger.server.transfer.Transfers;
import io.claviger.server.usage.UsageRetention;
import io.claviger.server.usage.Usages;
import io.claviger.store.Database;
import io.claviger.store.facts.ActorNames;
import io.claviger.store.facts.CachedFacts;
import io.claviger.store.facts.CredentialUses;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.retention.ChangeLogPruning;
import io.claviger.store.usage.RefusalStore;
import io.claviger.store.usage.UsagePruning;
import io.claviger.store.usage.UsageStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The one place where everything is put together. A running server; closing it stops all of it. */
public final class Wiring implements AutoCloseable {
  private static final Duration USE_COLLECT = Duration.ofSeconds(5);
  private static final Duration USE_WRITE = Duration.ofMillis(50);
  private static final Duration PURGE_FIRST = Duration.ofMinutes(1);
  private static final Duration PURGE = Duration.ofHours(1);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(10);
  private static final Duration LOG_RETENTION_FIRST = Duration.ofSeconds(1);
  private static final Duration LOG_RETENTION = Duration.ofMinutes(1);

  private final Settings settings;
  private final Database database;
  private final CredentialUse use;
  private final Background background = new Background("background");
  private final ChangeLogRetention logRetention;
  private final Checkpoints checkpoints;
  private final MailSender mail;
  private final HttpServer http;
  private final Api api;
  private final DeviceTraffic traffic;

  private Wiring(
      Settings settings,
      Database database,
      InstantSource clock,
      SecureRandom random,
      Consumer<FirstAdministrator.Created> introduce,
      Deque<Runnable> begun) {
    this.settings = settings;
    this.database = database;
    Catalogue catalogue = Catalogue.standard();
    Contract contract = Contract.load();
    CachedFacts facts = new CachedFacts(new SqlFacts(database, catalogue), database);
    PasswordHasher passwords =
        new PasswordHasher(random, Runtime.getRuntime().availableProcessors());
    // One at a time: a flood of passwords for dashboards takes nothing from those who log in.
    PasswordHasher dashboardPasswords = new PasswordHasher(random, 1);
    Bearers bearers = new Bearers(facts);
    RateLimiter dashboardTries = new RateLimiter(settings.loginLimit(), clock);
    Places places = new Places(facts, new DashboardPasswords(dashboardPasswords, dashboardTries));
    Access access = new Access(bearers, places, settings.proxies(), clock);
    ObjectIdSource ids = new ObjectIdSource(clock, random);
    Changes changes = new Changes(new ActorNames(database));
    Minting minting = new Minting(new ScopeCover(catalogue));
    UsageStore usageStore = new UsageStore(database);
    this.use =
        new CredentialUse(
            new CredentialUses(database),
            usageStore,
            new RefusalStore(database),
            new Attribution(facts::applicationOwner),
            settings.useLog().days() > 0);

    this.api = new Api(catalogue, access, contract, use);
    Usages usages = new Usages(usageStore, use);
    usages.addTo(api);
    new TokenFeature(
            database, facts, catalogue, minting, changes, ids, random, settings.limits(), usages)
        .addTo(api);
    new AccessKeys(database, changes, ids, random, settings.limits(), usages).addTo(api);
    RateLimiter loginFailures = new RateLimiter(settings.loginLimit(), clock);
    DeviceLogins deviceLogins = new DeviceLogins(facts, bearers, places);
    new DeviceAuthentication(
            database, access, catalogue, deviceLogins, changes, ids, random, loginFailures, use)
        .addTo(api);
    new Decisions(access, catalogue, deviceLogins, loginFailures, use).addTo(api);
    new Explanations(database, facts, access, catalogue, deviceLogins, loginFailures, use)
        .addTo(api);
    new AuditLogs(database, catalogue, contract).addTo(api);
    PayloadCounts counts = new PayloadCounts(database, clock, settings.stateRetention());
    new DeviceFeature(database, changes, ids, settings.limits(), counts).addTo(api);
    new CountActions(database).addTo(api);
    this.traffic =
        new DeviceTraffic(settings, database, access, catalogue, changes, ids, clock, counts);
    begun.push(traffic::abandon);
    traffic.addTo(api);
    OwnedResources owned = new OwnedResources(changes);
    Optional<SmtpMail> smtp =
        settings
            .mail()
            .server()
            .map(server -> new SmtpMail(server, mailFrom(settings), clock, ids));
    Mail folder = new MailFolder(settings.data().resolve("mail"), mailFrom(settings), clock, ids);
    this.mail = new MailSender(database, smtp.isPresent() ? smtp.get() : folder, clock);
    AccountMail accountMail =
        new AccountMail(
            database, mail, settings.mail().sendsUnasked(), this::publicUrl, ids, random);
    begun.push(mail::close);
    mail.add(accountMail);
    Optional<SecretBox> box = Installation.secretBox(settings, database, random);
    new AccountFeature(
            database,
            access,
            catalogue,
            changes,
            owned,
            passwords,
            box,
            accountMail,
            ids,
            random,
            clock,
            settings)
        .addTo(api);
    new FirstAdministrator(database, passwords, ids, random)
        .createIfNobody(settings.administrator())
        .ifPresent(introduce);
    AccountRelease release = new AccountRelease(database, ids);
    OrganizationFeature organizations =
        new OrganizationFeature(
            database,
            facts,
            changes,
            owned,
            release,
            mail,
            this::publicUrl,
            ids,
            random,
            settings.limits());
    organizations.addTo(api);
    new PersonalAccessTokens(
            database,
            new ActorNames(database),
            changes,
            ids,
            random,
            settings.limits().tenantTokens())
        .addTo(api);
    new ChangeLogs(database).addTo(api);
    this.checkpoints = new Checkpoints(database, box, random);
    checkpoints.addTo(api);
    new ScimFeature(
            database,
            new ManagedAccounts(database, changes, accountMail, settings.mail().verifyAddresses()),
            organizations.provisioned(),
            changes,
            passwords,
            ids,
            new PublicUrl(settings))
        .addTo(api);
    new Transfers(database, access, changes, settings.limits()).addTo(api);
    OwnerAccess owners = new OwnerAccess(access, catalogue);
    new ApplicationFeature(database, owners, changes, ids, settings.limits()).addTo(api);
    new EventFeature(database, changes, ids, settings.limits(), counts).addTo(api);
    new ApplicationSearch(database, access, catalogue).addTo(api);
    new DashboardFeature(database, owners, changes, ids, dashboardPasswords, settings.limits())
        .addTo(api);

    PrometheusRegistry registry = Metrics.newRegistry();
    UsageMetrics.register(registry, use::pooled);
    List<ReadinessCheck> checks =
        List.of(
            new ReadinessCheck("database", database::answers),
            new ReadinessCheck("changes", () -> database.feed().current(CachedFacts.BOUND)),
            // Who asks for this sends devices here as well.
            new ReadinessCheck("mqtt", traffic::listens));
    this.http =
        HttpServer.start(
            settings.api(),
            new Router(
                Stream.of(api.routes(), DocsRoutes.of(contract), AccountPages.routes())
                    .flatMap(List::stream)
                    .toList(),
                List.of(ScimFeature.errorForm())),
            settings.management(),
            new Router(new ManagementRoutes(registry, checks).routes()),
            HttpLimits.DEFAULT,
            new RequestMetrics(registry),
            random);
    begun.push(http::close);
    traffic.startBroker(
        new DeviceTraffic.Decisions(
            facts, bearers, places, deviceLogins, loginFailures, use, settings.proxies()),
        registry);
    this.logRetention =
        new ChangeLogRetention(
            new ChangeLogPruning(database),
            checkpoints::signer,
            settings.changeLogRetention(),
            clock,
            registry);
    scheduleWork(facts, release, clock);
    mail.start();
  }

  private void scheduleWork(CachedFacts facts, AccountRelease release, InstantSource clock) {
    background.every(USE_COLLECT, "uses of credentials could not be written yet", use::collect);
    background.every(USE_WRITE, "last uses could not be written yet", use::writeSome);
    background.every(
        PURGE_FIRST,
        PURGE,
        "deleted devices could not be removed yet",
        new DevicePurge(database, facts, background::closed));
    background.every(
        HOUSEKEEPING,
        "credentials that have run out stay in memory",
        () -> facts.sweep(clock.instant()));
    background.every(
        HOUSEKEEPING,
        "old uses of credentials could not be removed yet",
        new UsageRetention(
            new UsagePruning(database),
            Duration.ofDays(settings.useLog().days()),
            settings.useLog().rows(),
            clock));
    background.every(
        LOG_RETENTION_FIRST,
        LOG_RETENTION,
        "old entries of the change log are not removed",
        logRetention);
    background.every(
        HOUSEKEEPING,
        "what has ended could not be removed yet",
        new Housekeeping(database, release, clock)::run);
  }

  /**
   * Opens the database and begins to listen.
   *
   * @param clock the time of everything
   * @param random for secrets
   */
  public static Wiring start(Settings settings, InstantSource clock, SecureRandom random) {
    return start(settings, clock, random, _ -> {});
  }

  /**
   * As {@link #start(Settings, InstantSource, SecureRandom)}.
   *
   * @param introduce is told of the first account when it has just been made, whatever comes after
   */
  static Wiring start(
      Settings settings,
      InstantSource clock,
      SecureRandom random,
      Consumer<FirstAdministrator.Created> introduce) {
    Database database = Database.open(Installation.database(settings), clock, settings.queryTime());
    // The last that has begun comes first: what works in the background ends before its database.
    Deque<Runnable> begun = new ArrayDeque<>();
    begun.push(database::close);
    try {
      return new Wiring(settings, database, clock, random, introduce, begun);
    } catch (RuntimeException e) {
      begun.forEach(Runnable::run);
      throw e;
    }
  }

  /** Under which clients reach the API, without a slash at the end. */
  public String publicUrl() {
    return settings
        .publicUrl()
        .orElseGet(() -> "http://" + settings.api().host() + ":" + apiPort());
  }

  /** The sender's address, in messages to people. */
  private static String mailFrom(Settings settings) {
    return settings
        .mail()
        .from()
        .orElseGet(() ->
            "claviger@"
                + settings
                    .publicUrl()
                    .flatMap(url -> Optional.ofNullable(URI.create(url).getHost()))
                    .orElse("localhost"));
  }

  /** The port on which the API listens. */
  public int apiPort() {
    return http.apiPort();
  }

  /** The port on which health and metrics listen. */
  public int managementPort() {
    return http.managementPort();
  }

  /** The MQTT broker, unless it is switched off. */
  public Optional<Broker> broker() {
    return traffic.broker();
  }

  /** The frame with every action that is built. */
  public Api api() {
    return api;
  }

  /** The last uses of credentials that wait to be written. */
  public CredentialUse use() {
    return use;
  }

  /** State and commands of devices, for what works beside the API. */
  public StateFeature states() {
    return traffic.states();
  }

  /** The counts of messages, for what works beside the API. */
  public PayloadCounts counts() {
    return traffic.counts();
  }

  /** What sends the messages that wait. */
  public MailSender mail() {
    return mail;
  }

  /** What signs where the change log begins and ends; empty without a secret key. */
  Optional<InstallationSigner> signer() {
    return checkpoints.signer();
  }

  /** What removes old entries of the change log. */
  public ChangeLogRetention logRetention() {
    return logRetention;
  }

  /** The database, for what works beside the API. */
  public Database database() {
    return database;
  }

  /** Stops listening, lets running requests end, writes what has gathered, closes the database. */
  @Override
  public void close() {
    traffic.endStreams();
    http.close();
    traffic.endBroker();
    background.close();
    mail.close();
    use.flush();
    traffic.close();
    database.close();
  }
}
