package io.claviger.server.operator;

import io.claviger.server.organization.OrganizationSwitches.Switch;
import java.util.List;
import java.util.Optional;

/** A command of an operator that changes an account or an organization. */
public sealed interface OperatorCommand {
  /**
   * Makes an account, also where sign-up is switched off.
   *
   * @param password empty to have one made and shown once
   */
  record CreateAccount(String email, Optional<String> password) implements OperatorCommand {
    @Override
    public String toString() {
      return "CreateAccount[redacted]";
    }
  }

  /** Ends the lock after failed log-ins and wrong codes. */
  record Unlock(String email) implements OperatorCommand {}

  /**
   * Takes a second factor away.
   *
   * @param email empty for those of all accounts
   */
  record ResetTwoFactor(Optional<String> email) implements OperatorCommand {}

  /** Gives an account whose organization is gone to its user, and switches it on. */
  record Release(String email) implements OperatorCommand {}

  /** Closes an organization or opens it again (ORG-17). */
  record SwitchOrganization(String id, Switch wanted) implements OperatorCommand {}

  /** Gives an organization another administrator. */
  record AddAdministrator(String id, String email) implements OperatorCommand {}

  /**
   * The command that words name; empty when they name none.
   *
   * @param password for an account that is made, from elsewhere than the words: those can be seen
   *     by every user of a machine
   */
  static Optional<OperatorCommand> parse(List<String> words, Optional<String> password) {
    if (words.size() == 4 && words.subList(0, 2).equals(List.of("organization", "add-admin"))) {
      return Optional.of(new AddAdministrator(words.get(2), words.get(3)));
    }
    if (words.size() != 3) {
      return Optional.empty();
    }
    String argument = words.get(2);
    return switch (words.get(0) + " " + words.get(1)) {
      case "admin create" -> Optional.of(new CreateAccount(argument, password));
      case "user unlock" -> Optional.of(new Unlock(argument));
      case "user release" -> Optional.of(new Release(argument));
      case "user reset-two-factor" ->
          Optional.of(
              new ResetTwoFactor(
                  argument.equals("--all") ? Optional.empty() : Optional.of(argument)));
      default ->
          words.getFirst().equals("organization")
              ? Switch.parse(words.get(1)).map(wanted -> new SwitchOrganization(argument, wanted))
              : Optional.empty();
    };
  }
}
