package dev.hejin.agent.app.probe;

import dev.hejin.agent.app.probe.ascend.AscendProbe;
import dev.hejin.agent.app.probe.biren.BirenProbe;
import dev.hejin.agent.app.probe.cambricon.CambriconProbe;
import dev.hejin.agent.app.probe.denglin.DenglinProbe;
import dev.hejin.agent.app.probe.enflame.EnflameProbe;
import dev.hejin.agent.app.probe.hygon.AmdProbe;
import dev.hejin.agent.app.probe.hygon.HygonProbe;
import dev.hejin.agent.app.probe.iluvatar.IluvatarProbe;
import dev.hejin.agent.app.probe.kunlunxin.KunlunxinProbe;
import dev.hejin.agent.app.probe.metax.MetaxProbe;
import dev.hejin.agent.app.probe.mthreads.MooreThreadsProbe;
import dev.hejin.agent.app.probe.nvidia.SmiProbe;
import dev.hejin.agent.app.probe.thead.THeadProbe;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolRunner;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** Every vendor's probe keeps the promises of {@link Probe}. */
class VendorProbesTest {
  @Nested
  class Nvidia extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new SmiProbe(runner);
    }
  }

  @Nested
  class Ascend extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new AscendProbe(runner);
    }
  }

  @Nested
  class Cambricon extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new CambriconProbe(runner);
    }
  }

  @Nested
  class Hygon extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new HygonProbe(runner);
    }
  }

  @Nested
  class Amd extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new AmdProbe(runner);
    }

    @Override
    Path recordings() {
      return Path.of("src", "test", "resources", "recordings", "amd");
    }
  }

  @Nested
  class MooreThreads extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new MooreThreadsProbe(runner);
    }
  }

  @Nested
  class Metax extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new MetaxProbe(runner);
    }
  }

  @Nested
  class Enflame extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new EnflameProbe(runner);
    }
  }

  @Nested
  class Kunlunxin extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new KunlunxinProbe(runner);
    }
  }

  @Nested
  class Iluvatar extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new IluvatarProbe(runner);
    }
  }

  @Nested
  class THead extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new THeadProbe(runner);
    }
  }

  @Nested
  class Biren extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new BirenProbe(runner);
    }
  }

  @Nested
  class Denglin extends ProbeContract {
    @Override
    Probe probe(ToolRunner runner) {
      return new DenglinProbe(runner);
    }

    @Override
    Path recordings() {
      return Path.of("src", "test", "resources", "recordings", "denglin");
    }
  }
}
