namespace Traversal.Turn.Server;

/// <summary>
/// Says which clients are better served elsewhere (RFC 8489 section 10). It is asked on the machines' own threads, once for each authenticated request
/// for a new allocation, so it must be safe from any thread, quick, and should allocate nothing.
/// </summary>
public interface IRedirectPolicy
{
    /// <summary>Decides about one request.</summary>
    /// <param name="query">Who asks; its spans are good during the call.</param>
    /// <param name="redirection">Where to send the client, for a result of true.</param>
    /// <returns>Whether the client is answered 300 (Try Alternate); false to serve it here.</returns>
    bool TryRedirect(in RedirectQuery query, out Redirection redirection);
}
