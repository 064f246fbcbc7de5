namespace BudgetFirewall.Fuzz;

/// <summary>A parser or boundary that takes what strangers give it.</summary>
internal interface IFuzzTarget : IAsyncDisposable
{
    /// <summary>Its name, and that of its folder in the corpus.</summary>
    string Name { get; }

    Task StartAsync();

    /// <summary>Gives it an input; throws whatever is not documented, or a <see cref="BrokenInvariantException"/>.</summary>
    Task RunAsync(byte[] input);
}
