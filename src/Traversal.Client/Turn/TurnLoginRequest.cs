namespace Traversal.Client;

/// <summary>What another login is asked for with.</summary>
/// <param name="Server">The server that wants it.</param>
/// <param name="TokenServerName">The name that the server has for an authorization server, which must be told it to make a token (RFC 7635 section 6.1); null where it takes none.</param>
public sealed record TurnLoginRequest(TurnServerEndpoint Server, string? TokenServerName);
