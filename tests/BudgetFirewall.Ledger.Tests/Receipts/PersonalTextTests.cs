using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>The text of an entry's operation names a person where the person's id stands in it as a whole, and not where it is a part of another id.</summary>
public sealed class PersonalTextTests
{
    [Theory]
    [InlineData("alice")]
    [InlineData("call of alice")]
    [InlineData("alice calls")]
    [InlineData("(alice)")]
    [InlineData("alice-7")]
    [InlineData("alice/7")]
    [InlineData("alice_7")]
    [InlineData("alice.")]
    [InlineData("alice. More")]
    [InlineData(".alice")]
    [InlineData("alice+")]
    [InlineData("+alice")]
    [InlineData("alicexalice alice")]
    [InlineData("user=alice")]
    [InlineData("user=alice/day")]
    [InlineData("user=alice and more")]
    [InlineData("user=alice\tx")]
    [InlineData("user=alice\"x")]
    [InlineData("user=alice'x")]
    [InlineData("user=alice,x")]
    [InlineData("user=alice;x")]
    [InlineData("user=alice)x")]
    [InlineData("user=alice]x")]
    [InlineData("user=alice}x")]
    [InlineData("user=alice.")]
    [InlineData("user=alice. More")]
    [InlineData("user=alice.) More")]
    [InlineData("user=alice&x=1")]
    [InlineData("user=alice&")]
    [InlineData("/user=alice")]
    [InlineData("team=alice user=alice")]
    [InlineData("(erased 7) alice")]
    [InlineData("(alice")]
    public void A_text_with_the_whole_id_names_the_person(string text) => Names(text, "alice").Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("bob")]
    [InlineData("Alice")]
    [InlineData("alice7")]
    [InlineData("7alice")]
    [InlineData("malice")]
    [InlineData("alicealice")]
    [InlineData("alice@example.com")]
    [InlineData("me@alice")]
    [InlineData("alice.b")]
    [InlineData("b.alice")]
    [InlineData("alice+b")]
    [InlineData("b+alice")]
    [InlineData("alice=7")]
    [InlineData("team=alice")]
    [InlineData("=alice")]
    [InlineData("superuser=alice")]
    [InlineData("1user=alice")]
    [InlineData("user=alice7")]
    [InlineData("user=alice-7")]
    [InlineData("user=alice_7")]
    [InlineData("user=alice@7")]
    [InlineData("user=alice+7")]
    [InlineData("user=alice=7")]
    [InlineData("user=alice.b")]
    [InlineData("user=alice&b")]
    [InlineData("user=alice&=")]
    public void A_text_with_a_part_of_another_id_does_not_name_the_person(string text) => Names(text, "alice").Should().BeFalse();

    [Theory]
    [InlineData("(erased 7)", false)]
    [InlineData("user=(erased 7)", false)]
    [InlineData("(erased 7) 7", true)]
    [InlineData("7 (erased 7)", true)]
    [InlineData("(erased x 7)", true)]
    [InlineData("(erased 7", true)]
    [InlineData("erased 7)", true)]
    public void A_number_in_the_place_of_an_erased_id_is_nobody(string text, bool isNamed) => Names(text, "7").Should().Be(isNamed);

    private static bool Names(string text, string id)
    {
        var entry = new LedgerEntry { Kind = LedgerEntryKind.Charge, OperationId = text, Time = DateTimeOffset.UnixEpoch, Scopes = new Dictionary<string, string> { ["user"] = id } };
        return CanonicalEntry.PersonalValuesOf(entry, new HashSet<string> { "user" }).Any(value => value.Kind == "operationId=");
    }
}
