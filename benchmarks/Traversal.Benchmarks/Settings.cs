using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Traversal.Benchmarks;

/// <summary>How everything is measured: in this process, grouped by what is compared, with the bytes allocated.</summary>
internal sealed class Settings : ManualConfig
{
    public Settings()
    {
        // In this process: the generated projects of the other toolchains do not know central package versions.
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithId("in-process"));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(CategoriesColumn.Default, StatisticColumn.Min);
        AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory);
        WithOrderer(new DefaultOrderer(SummaryOrderPolicy.FastestToSlowest));
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
    }
}
