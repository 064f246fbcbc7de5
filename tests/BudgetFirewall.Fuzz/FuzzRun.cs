using System.Diagnostics;
using System.Text;

namespace BudgetFirewall.Fuzz;

/// <summary>Gives one target the corpus and then mutations of it until its time is up.</summary>
internal static class FuzzRun
{
    public static async Task<bool> OfAsync(IFuzzTarget target, int seed, TimeSpan time)
    {
        await using (target)
        {
            var corpus = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
            var mutator = new Mutator(seed, corpus);
            await target.StartAsync();
            var watch = Stopwatch.StartNew();
            var runs = 0;
            while (runs < corpus.Length || watch.Elapsed < time)
            {
                var input = runs < corpus.Length ? corpus[runs] : mutator.Next();
                try
                {
                    await target.RunAsync(input);
                }
                catch (Exception e)
                {
                    Report(target, seed, runs, input, e);
                    return false;
                }
                runs++;
            }
            Console.WriteLine($"{target.Name}: {runs} inputs in {watch.Elapsed.TotalSeconds:F1} s, seed {seed}");
            return true;
        }
    }

    private static void Report(IFuzzTarget target, int seed, int run, byte[] input, Exception exception)
    {
        Console.WriteLine($"{target.Name} is broken by input {run} of seed {seed}:");
        Console.WriteLine(Encoding.UTF8.GetString(input));
        Console.WriteLine(Convert.ToHexStringLower(input));
        Console.WriteLine(exception);
    }
}
