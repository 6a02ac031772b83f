package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.LibraryBridge;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanServicesRequest;
import dev.hejin.proto.deployment.v1.ServiceRequest;
import dev.hejin.proto.deployment.v1.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ClientCommandsTest {
  private final FakeScheduler scheduler = new FakeScheduler();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private int launches;

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void shouldListDevicesOfAllPages() {
    int code = run("devices", "--scheduler", scheduler.address().toString());

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("2 devices on 1 node, all simulated")
        .contains("a/0")
        .contains("a/1")
        .contains("50.0 GiB", "96.0 GiB", "4.00 TB/s*", "unknown", "* from the device catalogue");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= Table.WIDTH);
  }

  @Test
  void shouldPrintOneJsonDocument() {
    int code = run("devices", "--output", "json", "--scheduler", scheduler.address().toString());

    assertThat(code).isZero();
    assertThat(out.toString().strip())
        .startsWith("{")
        .endsWith("}")
        .contains("\"deviceId\": \"a/1\"");
  }

  @Test
  void shouldAskForTensorParallelStages() {
    String address = scheduler.address().toString();

    int code = run("plan", "--model", "x", "--tensor-parallel", "8", "--scheduler", address);
    int wrong = run("plan", "--model", "x", "--tensor-parallel", "3", "--scheduler", address);

    assertThat(code).isZero();
    assertThat(scheduler.planned.getFirst().getMostTensorParallel()).isEqualTo(8);
    assertThat(scheduler.planned.getFirst().getSeveralPipelines()).isTrue();
    assertThat(wrong).isNotZero();
    assertThat(err.toString()).contains("--tensor-parallel is 3", "Maybe one of 1, 2, 4, 8, 16");
  }

  @Test
  void shouldAskForStagesWithExpertsApart() {
    String address = scheduler.address().toString();

    int code = run("plan", "--model", "x", "--experts-apart", "--scheduler", address);

    assertThat(code).isZero();
    assertThat(scheduler.planned.getFirst().getExpertsApart()).isTrue();
    assertThat(scheduler.planned.getFirst().getSeveralPipelines()).isTrue();
  }

  @Test
  void shouldPrintPlan(@TempDir Path folder) throws IOException {
    Path config = Files.writeString(folder.resolve("small-moe.json"), "{\"model_type\": \"x\"}");

    int code =
        run(
            "plan",
            "--model",
            config.toString(),
            "--batch",
            "64",
            "--precision",
            "fp8,bf16",
            "--scheduler",
            scheduler.address().toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    PlanDeploymentRequest request = scheduler.planned.getFirst();
    assertThat(request.getSpec().getModel().getConfigJson()).contains("model_type");
    assertThat(request.getSpec().getName()).isEqualTo("small-moe");
    assertThat(request.getSpec().getWorkload().getBatchTokens()).isEqualTo(64);
    assertThat(request.getSpec().getWorkload().getContextTokens()).isEqualTo(2048);
    assertThat(request.getSpec().getAllowedPrecisionsCount()).isEqualTo(2);
    assertThat(request.hasPool()).isFalse();
    assertThat(out.toString())
        .contains("671 B parameters", "37.0 B active")
        .contains("2 x NVIDIA H20-SXM-96GB", "0-1", "2-3", "48-60 %", "12.5 ms")
        .contains("predicted  45,000 tokens/s", "gap 10.0 %")
        .contains("cost       unknown")
        .contains("b/0: memory is unknown", "b: network 25 GB/s");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= Table.WIDTH);
  }

  @Test
  void shouldDeployService() {
    int code =
        run(
            "deploy",
            "--name",
            "chat",
            "--model",
            "x",
            "--tpot",
            "50",
            "--scheduler",
            scheduler.address().toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    CreateDeploymentRequest request = scheduler.created.getFirst();
    assertThat(request.getSeveralPipelines()).isTrue();
    assertThat(request.getGoal().getMostTokenSeconds()).isEqualTo(0.05);
    assertThat(request.getSpec().getName()).isEqualTo("chat");
    assertThat(out.toString())
        .contains("service chat of 2 pipelines", "pipelines 0 to 1, each: 48 sequences")
        .contains("2 x NVIDIA H20-SXM-96GB", "75.0 % of the traffic", "gap 25.0 %")
        .contains("deployment chat-p0 is serving, epoch 1", "deployment chat-p1 is serving")
        .contains("./hejin watch chat");
  }

  @Test
  void shouldPlanServicesThatShareAPool() {
    int code = run("plan", "--deployments", "a,bc", "--scheduler", scheduler.address().toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    PlanServicesRequest request = scheduler.shared.getFirst();
    assertThat(request.getServicesList())
        .extracting(service -> service.getSpec().getName() + service.getPriority())
        .containsExactly("a1", "bc2");
    assertThat(request.hasPool()).isFalse();
    assertThat(out.toString())
        .contains("service a\n", "pipelines 0 to 1, each", "service bc\n")
        .contains("no plan    too little memory", "Maybe add a device.");
  }

  @ParameterizedTest
  @CsvSource({"--model, x", "--batch, 64", "--goal, cost", "--demand, 8000", "--from, chat"})
  void shouldNotMixOneModelWithFilesOfSeveral(String option, String value) {
    int code = run("plan", "--deployments", "a", option, value);

    assertThat(code).isEqualTo(CommandFailure.USAGE);
    assertThat(err.toString()).contains("--deployments takes all from its files", "Maybe");
  }

  @Test
  void shouldListTrafficOfPipelines() {
    int code = run("deployments", "--scheduler", scheduler.address().toString());

    assertThat(code).isZero();
    assertThat(out.toString().lines().toList().getFirst()).endsWith("TRAFFIC");
    assertThat(out.toString())
        .containsPattern("chat-p0 .* 75\\.0 %\\n")
        .containsPattern("chat-p1 .* 25\\.0 %\\n")
        .contains("traffic: share of its service's");
  }

  @Test
  void shouldPlanWithPrivateSchedulerWhereNoneRuns() throws IOException {
    PlanCommand command =
        new PlanCommand(
            console(), new FakeFiles(), launcher(), new SchedulerAddress("127.0.0.1", freePort()));
    CommandLine line = ClientCommands.withFailures(new CommandLine(command), console());

    int code = line.execute("--model", "deepseek-v3");

    assertThat(code).isZero();
    assertThat(launches).isOne();
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("no scheduler at", "pool mixed");
    assertThat(scheduler.planned.getFirst().getPool().getNodesCount()).isOne();
  }

  @Test
  void shouldNotStartSchedulerWhereOneIsNamed() throws IOException {
    int code = run("plan", "--model", "x", "--scheduler", "127.0.0.1:" + freePort());

    assertThat(code).isEqualTo(CommandFailure.UNREACHABLE);
    assertThat(launches).isZero();
  }

  @Test
  void shouldSayThatNoSchedulerAnswers() throws IOException {
    int port = freePort();

    int code = run("deployments", "--scheduler", "127.0.0.1:" + port);

    assertThat(code).isEqualTo(CommandFailure.UNREACHABLE);
    assertThat(err.toString().strip())
        .isEqualTo("no scheduler at 127.0.0.1:" + port + "\nMaybe start one with ./hejin up");
  }

  @Test
  void shouldPrintFieldViolations() {
    int code = run("drain", "bad node", "--scheduler", scheduler.address().toString());

    assertThat(code).isEqualTo(CommandFailure.REFUSED);
    assertThat(err.toString().strip())
        .isEqualTo("1 field is wrong\nnode_id: has a space\nMaybe remove it.");
  }

  @Test
  void shouldForgetNodeUnderAnIdOfItsOwn() {
    int code = run("forget", "h20-0", "--scheduler", scheduler.address().toString());

    assertThat(code).isZero();
    assertThat(out.toString().strip()).isEqualTo("h20-0: forgotten");
    assertThat(scheduler.forgotten).hasSize(1);
    assertThat(scheduler.forgotten.getFirst().getNodeId()).isEqualTo("h20-0");
    assertThat(scheduler.forgotten.getFirst().getRequestId()).isNotEmpty();
  }

  @Test
  void shouldRefuseWrongArguments() {
    assertThat(run("plan")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("plan", "--model", "x", "--batch", "none")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("plan", "--model", "x", "--batch", "0")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("plan", "--model", "x", "--precision", "fp9")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("plan", "--model", "./none.json")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("devices", "--scheduler", "host:port")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("devices", "--timeout", "0")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("watch")).isEqualTo(CommandFailure.USAGE);
    assertThat(run("planet")).isEqualTo(CommandFailure.USAGE);
    assertThat(err.toString())
        .contains("no model is named\nMaybe give --model NAME or --file FILE.")
        .contains("--batch is 0")
        .contains("--precision is 'fp9'\nMaybe one of fp32, bf16")
        .contains("Maybe see hejin watch --help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldShowHelpOfEveryCommand() {
    for (String name : line().getSubcommands().keySet()) {
      assertThat(run(name, "--help")).isZero();
    }
    assertThat(err.toString()).isEmpty();
  }

  private int run(String... arguments) {
    return line().execute(arguments);
  }

  private CommandLine line() {
    return ClientCommands.addTo(new CommandLine(new Top()), console(), new FakeFiles(), launcher());
  }

  private Console console() {
    return new Console(new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private SchedulerLauncher launcher() {
    return () -> {
      launches++;
      return new SchedulerLauncher.Launched() {
        @Override
        public SchedulerAddress address() {
          return scheduler.address();
        }

        @Override
        public void close() {}
      };
    };
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Command(name = "hejin")
  private static final class Top {}

  private static final class FakeFiles implements InputFiles {
    @Override
    public List<NodeCapability> pool(String nameOrFile) {
      return List.of(NodeCapability.newBuilder().setNodeId(nameOrFile).build());
    }

    @Override
    public List<LibraryBridge> bridges(String nameOrFile) {
      return List.of();
    }

    @Override
    public String defaultPool() {
      return "mixed";
    }

    @Override
    public Workload defaultWorkload() {
      return Workload.newBuilder().setBatchTokens(512).setContextTokens(2048).build();
    }

    @Override
    public DeploymentSpec deployment(String nameOrFile) {
      return DeploymentSpec.getDefaultInstance();
    }

    @Override
    public ServiceRequest service(String nameOrFile) {
      return ServiceRequest.newBuilder()
          .setSpec(
              DeploymentSpec.newBuilder()
                  .setName(nameOrFile)
                  .setModel(ModelSource.newBuilder().setCatalogName("x")))
          .setPriority(nameOrFile.length())
          .build();
    }

    @Override
    public ExpertLoad expertLoad(String file) {
      return ExpertLoad.getDefaultInstance();
    }
  }
}
