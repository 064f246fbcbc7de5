namespace BudgetFirewall.Tests.Configuration;

public sealed class ApprovalOptionsTests
{
    [Fact]
    public void Every_option_is_read_and_has_its_default()
    {
        var (usual, read) = (new BudgetFirewallOptions().Approvals, Configured.Options("""
            { "Approvals": { "Lifetime": "02:00:00", "Retention": "7.00:00:00", "AskAgainAfter": "00:00:00", "RequireSecondPerson": true, "Wait": "00:00:30" }, "Currency": "EUR" }
            """).Approvals);

        (usual.Lifetime, usual.Retention, usual.AskAgainAfter, usual.RequireSecondPerson, usual.Wait).Should().Be((TimeSpan.FromDays(1), TimeSpan.FromDays(30), TimeSpan.FromHours(1), false, TimeSpan.Zero));
        (read.Lifetime, read.Retention, read.AskAgainAfter, read.RequireSecondPerson, read.Wait).Should().Be((TimeSpan.FromHours(2), TimeSpan.FromDays(7), TimeSpan.Zero, true, TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("Lifetime", "00:00:59", "must be from 1 minute to 366 days")]
    [InlineData("Lifetime", "367.00:00:00", "must be from 1 minute to 366 days")]
    [InlineData("Retention", "00:59:59", "must be from 1 hour to 366 days")]
    [InlineData("AskAgainAfter", "-00:00:01", "must be from 0 to 30 days")]
    [InlineData("AskAgainAfter", "31.00:00:00", "must be from 0 to 30 days")]
    [InlineData("Wait", "1.00:00:01", "must be from 0 to 24 hours")]
    public void A_value_out_of_its_range_is_an_error_that_names_it(string option, string value, string error)
    {
        Configured.Errors(Configured.Values(($"Approvals:{option}", value))).Should().Equal($"BudgetFirewall:Approvals:{option} {error} but is '{value}'");
        Configured.Errors(options => typeof(ApprovalOptions).GetProperty(option)!.SetValue(options.Approvals, TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture)))
            .Should().Equal($"Approvals:{option} {error} but is '{value}'");
    }

    [Fact]
    public void An_unknown_key_is_an_error() =>
        Configured.Errors(Configured.Values(("Approvals:Lifetimes", "01:00:00"))).Should().ContainSingle().Which.Should().Contain("Approvals:Lifetimes is not a known key, did you mean Lifetime");

    [Fact]
    public void A_signature_has_names_of_a_length_and_a_note_of_one()
    {
        var note = new string('x', ApprovalSignature.MaxNoteLength);

        new ApprovalSignature { By = "bob", Note = note, OperationId = "id", OperationScope = "scope" }.Note.Should().Be(note);
        FluentActions.Invoking(() => new ApprovalSignature { Note = note + "x" }).Should().Throw<ArgumentException>().Which.ParamName.Should().Be("Note");
        FluentActions.Invoking(() => new ApprovalSignature { By = "" }).Should().Throw<ArgumentException>().Which.ParamName.Should().Be("By");
    }
}
