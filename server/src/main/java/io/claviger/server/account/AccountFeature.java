package io.claviger.server.account;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.ownership.OwnedResources;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.security.SecretBox;
import io.claviger.server.settings.Settings;
import io.claviger.store.Database;
import io.claviger.store.mail.MailRequestStore;
import io.claviger.store.session.UserSessionStore;
import io.claviger.store.user.SecondFactorStore;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserStore;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Accounts, put together. */
public final class AccountFeature {
  private final Login login;
  private final SignUp signUp;
  private final OwnAccount ownAccount;
  private final ChangePassword changePassword;
  private final DeleteAccount deleteAccount;
  private final SecondFactorSettings secondFactors;
  private final EmailVerification verification;
  private final PasswordReset passwordReset;
  private final RecentItems recentItems;
  private final Discovery discovery;

  public AccountFeature(
      Database database,
      Access access,
      Catalogue catalogue,
      Changes changes,
      OwnedResources owned,
      PasswordHasher hasher,
      Optional<SecretBox> box,
      AccountMail mail,
      ObjectIdSource ids,
      RandomGenerator random,
      InstantSource clock,
      Settings settings) {
    UserStore users = new UserStore(database);
    UserBelongings belongings = new UserBelongings(database);
    UserSessionStore store = new UserSessionStore(database);
    RateLimiter limit = new RateLimiter(settings.loginLimit(), clock);
    SecondFactors factors = new SecondFactors(new SecondFactorStore(database), box, random);
    PasswordCheck passwords = new PasswordCheck(database, users, hasher, factors, limit);
    Sessions sessions = new Sessions(catalogue, store, ids, random);
    this.recentItems = new RecentItems(database, access);
    MeView views = new MeView(belongings, recentItems, settings.limits());
    MailRequests requests = new MailRequests(new MailRequestStore(database));
    this.verification = new EmailVerification(database, users, requests, mail, limit);
    this.passwordReset = new PasswordReset(database, users, requests, mail, hasher, limit);
    this.login = new Login(database, users, store, passwords, sessions);
    this.signUp = new SignUp(database, users, hasher, limit, sessions, ids, verification, settings);
    this.ownAccount =
        new OwnAccount(
            database,
            users,
            passwords,
            hasher,
            changes,
            views,
            verification,
            mail,
            settings.mail());
    this.changePassword = new ChangePassword(users, passwords, hasher, sessions, changes, mail);
    this.deleteAccount = new DeleteAccount(users, belongings, passwords, owned, changes);
    this.secondFactors =
        new SecondFactorSettings(database, users, passwords, factors, changes, views, mail);
    this.discovery = new Discovery(settings);
  }

  /** Adds the actions of {@code auth}, {@code me}, {@code users} and {@code whitelabels}. */
  public void addTo(Api api) {
    login.addTo(api);
    signUp.addTo(api);
    ownAccount.addTo(api);
    changePassword.addTo(api);
    deleteAccount.addTo(api);
    secondFactors.addTo(api);
    verification.addTo(api);
    passwordReset.addTo(api);
    recentItems.addTo(api);
    discovery.addTo(api);
  }
}
