package io.claviger.store.tenant;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.Transaction;
import io.claviger.store.organization.MemberStore;
import java.util.Optional;

/** An organization with people in it, written straight to the tables. */
final class TenantWorld {
  final OrganizationId organization = new OrganizationId("6a1f0c2e9b4d7a5c3e8f6001");
  final Database database;
  final MemberStore members;

  TenantWorld(Database database) {
    this.database = database;
    this.members = new MemberStore(database);
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate(
                "INSERT INTO organization (id, name, name_folded, created_at, updated_at)"
                    + " VALUES (:id, 'Plant', 'plant', 1, 1)")
            .bind("id", organization.text())
            .execute());
  }

  static UserId user(int number) {
    return new UserId("%024x".formatted(number));
  }

  /** Adds an account. */
  void account(Transaction transaction, int number, String email) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO app_user (id, email, email_folded, email_verified, first_name, last_name,"
                + " profile, password_hash, password_changed_at, created_at, updated_at)"
                + " VALUES (:id, :email, :folded, 1, 'First', :last, '{}', '', 1, 1, 1)")
        .bind("id", user(number).text())
        .bind("email", email)
        .bind("folded", Fold.fold(email))
        .bind("last", "Last " + number)
        .execute();
  }

  /** Adds a member with an account; each in its entry of the log, as every change is. */
  void join(Transaction transaction, int number, Role role) {
    members.insert(transaction, organization, user(number), new Membership(role, Overrides.NONE));
    note(transaction, number);
  }

  void role(Transaction transaction, int number, Role role) {
    members.update(transaction, organization, user(number), new Membership(role, Overrides.NONE));
    note(transaction, number);
  }

  void leave(Transaction transaction, int number) {
    members.delete(transaction, organization, user(number));
    note(transaction, number);
  }

  void note(Transaction transaction, int number) {
    transaction.record(
        new Change(
            Actor.system(),
            "test.change",
            new Subject(SubjectType.MEMBER, user(number).text(), "somebody"),
            Optional.of(organization.text()),
            Optional.empty(),
            Optional.of("{\"a\":1}"),
            Optional.of("{\"a\":2}")));
  }
}
