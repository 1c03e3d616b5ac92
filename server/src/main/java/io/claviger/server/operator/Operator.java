package io.claviger.server.operator;

import io.claviger.core.Parsed;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.secret.NewPassword;
import io.claviger.core.secret.PasswordPolicy;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.account.AccountRepair;
import io.claviger.server.account.FirstAdministrator;
import io.claviger.server.account.FirstAdministrator.Created;
import io.claviger.server.contract.Formats;
import io.claviger.server.organization.OrganizationRescue;
import io.claviger.server.organization.OrganizationRescue.Outcome;
import io.claviger.server.organization.OrganizationSwitches;
import io.claviger.server.organization.OrganizationSwitches.Switch;
import io.claviger.server.settings.Settings.Administrator;
import java.util.Optional;

/** Does what operators command. Every change stands in the change log, made by the system. */
public final class Operator {
  private static final Report NO_ACCOUNT =
      new Report(false, "there is no account with this address");

  private final FirstAdministrator accounts;
  private final AccountRepair repair;
  private final OrganizationSwitches organizations;
  private final OrganizationRescue rescue;
  private final AccountRelease release;

  public Operator(
      FirstAdministrator accounts,
      AccountRepair repair,
      OrganizationSwitches organizations,
      OrganizationRescue rescue,
      AccountRelease release) {
    this.release = release;
    this.rescue = rescue;
    this.accounts = accounts;
    this.repair = repair;
    this.organizations = organizations;
  }

  /** What the operator is told. A password in it is shown once. */
  public record Report(boolean done, String text) {
    @Override
    public String toString() {
      return "Report[" + done + "]";
    }
  }

  /** Does it. */
  public Report run(OperatorCommand command) {
    return switch (command) {
      case OperatorCommand.CreateAccount(String email, Optional<String> password) ->
          create(email, password);
      case OperatorCommand.Unlock(String email) ->
          repair.unlock(email) ? new Report(true, "unlocked: " + email) : NO_ACCOUNT;
      case OperatorCommand.ResetTwoFactor(Optional<String> email) -> reset(email);
      case OperatorCommand.Release(String email) -> release(email);
      case OperatorCommand.SwitchOrganization(String id, Switch wanted) -> turn(id, wanted);
      case OperatorCommand.AddAdministrator(String id, String email) -> add(id, email);
    };
  }

  private Report release(String email) {
    return switch (release.byOperator(email)) {
      case AccountRelease.Outcome.Released _ ->
          new Report(true, "released: " + email + "; a link for a new password is on its way");
      case AccountRelease.Outcome.NoAccount _ -> NO_ACCOUNT;
      case AccountRelease.Outcome.Free _ ->
          new Report(false, "the account is its user's own, and not switched off");
      case AccountRelease.Outcome.Owned(String organization, OrganizationId id) ->
          new Report(
              false,
              organization
                  + " ("
                  + id.text()
                  + ") owns the account; its identity system says who works there");
    };
  }

  private Report add(String id, String email) {
    if (!ObjectId.isValid(id)) {
      return new Report(false, id + " is not an id of 24 hexadecimal digits");
    }
    OrganizationId organization = new OrganizationId(ObjectId.normalise(id));
    return switch (rescue.addAdministrator(organization, email)) {
      case Outcome.Done(String name, String address) ->
          new Report(
              true, address + " is an administrator of " + name + " (" + organization.text() + ")");
      case Outcome.NoOrganization() ->
          new Report(false, "there is no organization " + organization.text());
      case Outcome.NoAccount() -> NO_ACCOUNT;
    };
  }

  private Report turn(String id, Switch wanted) {
    if (!ObjectId.isValid(id)) {
      return new Report(false, id + " is not an id of 24 hexadecimal digits");
    }
    OrganizationId organization = new OrganizationId(ObjectId.normalise(id));
    return organizations
        .apply(organization, wanted)
        .map(name -> new Report(true, name + " (" + organization.text() + ") is " + wanted.state()))
        .orElseGet(() -> new Report(false, "there is no organization " + organization.text()));
  }

  private Report reset(Optional<String> email) {
    int count = email.map(repair::resetTwoFactor).orElseGet(repair::resetTwoFactorOfAll);
    return count > 0 || email.isEmpty()
        ? new Report(true, "second factors taken away: " + count)
        : new Report(false, "there is no account with this address and a second factor");
  }

  private Report create(String email, Optional<String> password) {
    if (!Formats.isEmail(email)) {
      return new Report(false, "this is no e-mail address");
    }
    if (password.isPresent()
        && PasswordPolicy.check(password.get())
            instanceof Parsed.Rejected<NewPassword>(String reason)) {
      return new Report(false, "the password " + reason);
    }
    Optional<Created> created = accounts.createAnother(new Administrator(email, password));
    return created
        .map(account ->
            new Report(
                true,
                "created: "
                    + account.email()
                    + account
                        .generatedPassword()
                        .map(text -> " / " + text + " (shown once)")
                        .orElse("")))
        .orElseGet(() -> new Report(false, "this address has an account already"));
  }
}
