using Traversal.Primitives;

namespace Traversal.Connectivity;

/// <summary>A message that is to be sent.</summary>
/// <param name="Local">From which base; the default where it goes by a link.</param>
/// <param name="Remote">To whom; of a link, the server.</param>
/// <param name="Link">By which link; <see cref="ConnectivityMachine.NoLink"/> where it goes from a base.</param>
/// <param name="Offset">Where it begins in the span.</param>
/// <param name="Length">How long it is.</param>
public readonly record struct ConnectivityTransmit(TransportAddress Local, TransportAddress Remote, int Link, int Offset, int Length);
