package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.state.AgeWindow;
import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.state.CommandJobs;
import io.claviger.store.state.CommandJobs.Order;
import io.claviger.store.state.DepositStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Commands for more devices than anybody waits for (STA-10). */
class CommandJobsTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String EVERYBODY =
      "{\"name\":\"x\",\"payload\":{\"a\":1},\"deviceQuery\":{}}";

  private DeviceClient client;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void client(TestInfo test) {
    client =
        new DeviceClient(SERVER, Fold.fold(test.getDisplayName()).replaceAll("\\W", "") + "@x.org");
  }

  private static Database database() {
    return SERVER.wiring().database();
  }

  private void newDevices(int count) {
    database()
        .run(transaction -> {
          for (int i = 0; i < count; i++) {
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO device (id, application_id, name, name_folded, device_class,"
                        + " keep_duplicates, created_at, updated_at) VALUES (:id, :application,"
                        + " 'd', 'd', 'standalone', 0, :now, :now)")
                .bind("id", SERVER.newId())
                .bind("application", client.application())
                .bind("now", transaction.now())
                .execute();
          }
        });
  }

  private long count(String from) {
    return database()
        .read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + from).mapTo(Long.class).one());
  }

  private long commanded() {
    return count(
        "device_command c JOIN device d ON d.id = c.device_id WHERE d.application_id = '"
            + client.application()
            + "'");
  }

  @Test
  void uptoAThousandDevicesTheCallerWaits() {
    newDevices(1_000);
    Answer answer = client.send("POST", "/command", EVERYBODY);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(commanded()).isEqualTo(1_000);
  }

  @Test
  void forMoreItIsDoneBehindTheAnswerAndOnceForEach() {
    newDevices(2_500);
    String one = client.create("{\"name\":\"one\"}");
    Answer answer =
        client.send(
            "POST", "/command", EVERYBODY.replace("{}", "{},\"deviceIds\":[\"" + one + "\"]"));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    assertThat(answer.body().get("jobQueued").booleanValue()).isTrue();
    await().atMost(Duration.ofSeconds(8)).until(() -> count("command_job") == 0);
    assertThat(commanded()).isEqualTo(2_501);
    assertThat(client.read("/" + one + "/command?limit=9")).hasSize(1);
    assertThat(client.read("/" + one + "/command").get(0).get("payload").get("a").intValue())
        .isEqualTo(1);
  }

  /** KEY-44: whom a device does not reach it does not command, however many there are. */
  @Test
  void reachHoldsForManyToo() {
    newDevices(1_200);
    String sender = client.create("{\"name\":\"sender\"}");
    String token = client.deviceToken(sender, true, "[\"" + sender + "\"]", "[]");
    assertThat(SERVER.send("POST", client.path("/command"), token, EVERYBODY).status())
        .isEqualTo(200);
    assertThat(commanded()).isEqualTo(1);
  }

  /** What a process has accepted and not done before it died is done by whoever runs. */
  @Test
  void whatIsLeftOverIsDone() {
    newDevices(1_500);
    CommandJobs jobs =
        new CommandJobs(
            database(), new DepositStore(database(), new AgeWindow(Duration.ofDays(30))));
    ApplicationId application = new ApplicationId(client.application());
    database()
        .run(transaction ->
            jobs.accept(
                transaction,
                "left",
                application,
                List.of(DeviceSet.present(application, new DeviceFilter.Everything())),
                new Order(transaction.now(), "late", Optional.empty())));
    // No word to the worker: it looks by itself.
    await().atMost(Duration.ofSeconds(9)).until(() -> count("command_job") == 0);
    assertThat(commanded()).isEqualTo(1_500);
  }

  /** It goes with its application, whatever is left of it. */
  @Test
  void applicationThatIsDeletedMeanwhile() {
    newDevices(1_500);
    assertThat(client.send("POST", "/command", EVERYBODY).status()).isEqualTo(202);
    assertThat(
            SERVER
                .send("DELETE", "/applications/" + client.application(), client.session())
                .status())
        .isEqualTo(200);
    await().atMost(Duration.ofSeconds(8)).until(() -> count("command_job") == 0);
    assertThat(count("command_job_device")).isZero();
  }
}
