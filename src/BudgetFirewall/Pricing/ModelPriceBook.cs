using System.Globalization;

namespace BudgetFirewall;

/// <summary>
/// Prices of many models by name, given in code or read from a price file, with where they come from and how old they are. Nothing is fetched from a network.
/// Immutable and thread-safe; any number of firewalls may share one.
/// </summary>
/// <remarks>
/// <para>How the model of a request is found, names compared ordinally, the longest first: as <c>provider/model</c> with the request's provider; as it is;
/// and, where it begins with the request's provider and a slash, without that. So <c>gpt-4o</c> of the provider <c>azure</c> has the price of <c>azure/gpt-4o</c> where there is one,
/// and <c>openai/gpt-4o</c> of the provider <c>openai</c> that of <c>gpt-4o</c>. A prefix that is not the request's provider is never cut off: prices differ between sellers.</para>
/// <para><see cref="PricingOptions.Models"/> and <see cref="PricingOptions.Aliases"/> are looked through first, in the same way, then the book;
/// only if neither has the name, and <see cref="PricingOptions.DatedNamesFallBack"/> asks for it, both again for the name without its date.</para>
/// <para>An entry of a price file that says who sells it (<c>litellm_provider</c>) is also known by that prefix, for requests of any provider, unless the file prices that name itself.</para>
/// </remarks>
/// <example><code>
/// options.Pricing.Book = ModelPriceBook.FromFile("model_prices_and_context_window.json");
/// options.Pricing.Aliases["our-chat"] = "gpt-4o";
/// </code></example>
public sealed class ModelPriceBook
{
    /// <summary>A book of prices.</summary>
    /// <param name="models">The prices by name of 1 to 256 characters; copied.</param>
    /// <param name="source">The origin of the prices, as text for people; null when it is not known.</param>
    /// <param name="date">The date of the prices; null when that is not known.</param>
    /// <exception cref="ArgumentNullException"><paramref name="models"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed, or a price is null.</exception>
    public ModelPriceBook(IReadOnlyDictionary<string, ModelPrice> models, string? source = null, DateTimeOffset? date = null)
        : this(models, sellers: [], source, date, import: null)
    {
    }

    private ModelPriceBook(PriceFileEntries content, string? source, DateTimeOffset? date) : this(content.Prices(), content.Sellers(), source, date, content.Import())
    {
    }

    private ModelPriceBook(
        IReadOnlyDictionary<string, ModelPrice> models, IEnumerable<KeyValuePair<string, string>> sellers, string? source, DateTimeOffset? date, ModelPriceImport? import)
    {
        ArgumentNullException.ThrowIfNull(models);
        Models = ValueCollections.Copy(models, ModelPriceCheck.Model)!;
        Names = new(Priced(Models, sellers));
        (Source, Date, Import) = (source, date, import);
    }

    /// <summary>The prices by name.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Models { get; }

    /// <summary>The origin of the prices, such as the path of a file; null when it is not known.</summary>
    public string? Source { get; }

    /// <summary>The date of the prices, as the last change of their file; null when that is not known.</summary>
    public DateTimeOffset? Date { get; }

    /// <summary>The result of reading each entry of the price file; null for a book that was made in code.</summary>
    public ModelPriceImport? Import { get; }

    /// <summary>The models by all names that they are known by.</summary>
    internal ModelNames Names { get; }

    /// <summary>
    /// Reads a price file in LiteLLM's format (<c>model_prices_and_context_window.json</c>): a JSON object with an entry for each model. Its <see cref="Date"/> is the file's last change.
    /// Entries without a usable price are left out, which <see cref="Import"/> tells with the reason.
    /// </summary>
    /// <param name="path">The file, at most 64 MiB; a relative path starts at the current directory.</param>
    /// <returns>The book.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null, empty or no path.</exception>
    /// <exception cref="IOException">The file cannot be read, as when it does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    /// <exception cref="ModelPriceFileException">The file is too large, no JSON, or no JSON object.</exception>
    public static ModelPriceBook FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fullPath = Path.GetFullPath(path);
        using var stream = File.OpenRead(fullPath);
        return new(PriceFileReader.Read(stream), fullPath, new DateTimeOffset(File.GetLastWriteTimeUtc(stream.SafeFileHandle)));
    }

    /// <summary>Reads prices in the format of <see cref="FromFile"/> to the end of a stream, which stays open.</summary>
    /// <param name="stream">The stream, at most 64 MiB.</param>
    /// <param name="source">The origin of the prices, as text for people; null when it is not known.</param>
    /// <param name="date">The date of the prices; null when that is not known.</param>
    /// <returns>The book.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ModelPriceFileException">The content is too large, no JSON, or no JSON object.</exception>
    public static ModelPriceBook FromStream(Stream stream, string? source = null, DateTimeOffset? date = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(PriceFileReader.Read(stream), source, date);
    }

    /// <summary>The price of a model, found as for a request, without aliases and the cutting of dates; null when there is none.</summary>
    /// <param name="model">The model, 1 to 256 characters.</param>
    /// <param name="provider">The provider of the request; null: <paramref name="model"/> is the whole name.</param>
    /// <exception cref="ArgumentException"><paramref name="model"/> or <paramref name="provider"/> is empty, too long or ill-formed.</exception>
    public ModelPrice? Find(string model, string? provider = null) =>
        Names.Find(Identifier.CheckOptional(provider, nameof(provider)), Identifier.Check(model, nameof(model)))?.Price;

    /// <summary>A short description of the book: the number of models, the origin of the prices and their date.</summary>
    public override string ToString()
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{Models.Count:N0} models");
        var date = Date is { } known ? string.Create(CultureInfo.InvariantCulture, $" of {known:yyyy-MM-dd}") : "";
        return $"{count} from {Source ?? "an unnamed source"}{date}{(Import is null ? "" : $" ({Import})")}";
    }

    /// <summary>The reason why the file has no price for a model, as one sentence; null when it does not name the model.</summary>
    internal string? WhyNot(string model, string provider) =>
        Import?.Skipped.FirstOrDefault(note => note.Model == model || note.Model == $"{provider}/{model}") is { } note
            ? $"The price file leaves out '{note.Model}': {note.Reason}."
            : null;

    private static Dictionary<string, PricedModel> Priced(IReadOnlyDictionary<string, ModelPrice> models, IEnumerable<KeyValuePair<string, string>> sellers)
    {
        var priced = models.ToDictionary(model => model.Key, model => new PricedModel(model.Value, isOfBook: true), StringComparer.Ordinal);
        foreach (var (name, seller) in sellers)
            priced.TryAdd($"{seller}/{name}", priced[name]);
        return priced;
    }
}
