using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BudgetFirewall.Tests;

namespace BudgetFirewall.Benchmarks.Pricing;

/// <summary>What the import of a price file costs beyond parsing its JSON.</summary>
[InProcess]
[MemoryDiagnoser]
public class PriceFileBenchmark
{
    private byte[] _file = null!;

    [Params(2_750)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Write() => _file = Encoding.UTF8.GetBytes(LargePriceFile.Of(Entries));

    [Benchmark(Baseline = true)]
    public int Parse()
    {
        using var json = JsonDocument.Parse(_file);
        return json.RootElement.EnumerateObject().Count();
    }

    [Benchmark]
    public int Import() => ModelPriceBook.FromStream(new MemoryStream(_file)).Import!.EntryCount;
}
