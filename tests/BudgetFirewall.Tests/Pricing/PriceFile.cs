using System.Text;

namespace BudgetFirewall.Tests;

/// <summary>Price files in the imported format.</summary>
internal static class PriceFile
{
    public static ModelPriceBook Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static ModelPriceBook Read(byte[] content) => ModelPriceBook.FromStream(new MemoryStream(content));

    /// <summary>The book of one entry named m.</summary>
    public static ModelPriceBook Entry(string entry) => Read($$"""{ "m": {{entry}} }""");

    /// <summary>The prices of an entry that is priced.</summary>
    public static ModelPrice Price(string entry)
    {
        var book = Entry(entry);
        book.Import!.Skipped.Should().BeEmpty();
        return book.Models["m"];
    }
}
