namespace BudgetFirewall;

/// <summary>The application has given an endpoint neither a price nor an estimate by which its calls could be priced; answered 500.</summary>
internal sealed class UnpricedEndpointException(Exception innerException) : Exception(innerException.Message, innerException);
