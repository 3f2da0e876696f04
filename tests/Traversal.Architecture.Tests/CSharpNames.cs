using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Traversal.Architecture.Tests;

/// <summary>Types and parameters as C# writes them; namespaces are left out but for the type that a line declares.</summary>
internal static class CSharpNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint",
    };

    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsByRef) return Of(type.GetElementType()!);
        if (type.IsPointer) return Of(type.GetElementType()!) + "*";
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (System.Nullable.GetUnderlyingType(type) is { } value) return Of(value) + "?";
        if (type.IsGenericParameter) return type.Name;

        string outer = type.DeclaringType is { } declaring ? Of(declaring) + "." : "";
        if (!type.IsGenericType) return outer + type.Name;

        IEnumerable<Type> own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0);
        return !type.Name.Contains('`', StringComparison.Ordinal) ? outer + type.Name : $"{outer}{Simple(type)}<{string.Join(", ", own.Select(Of))}>";
    }

    public static string Simple(Type type) => type.Name.Split('`')[0];

    public static string Parameters(MethodBase method)
    {
        string first = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return first + string.Join(", ", method.GetParameters().Select(Of));
    }

    public static string Of(ParameterInfo parameter)
    {
        string mode =
            parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsDefined(typeof(RequiresLocationAttribute)) ? "ref readonly "
            : parameter.IsDefined(typeof(IsReadOnlyAttribute)) ? "in "
            : "ref ";
        string scoped = parameter.IsDefined(typeof(ScopedRefAttribute)) && !parameter.IsOut ? "scoped " : "";
        string value = parameter.HasDefaultValue ? " = " + Default(parameter) : "";
        return $"{scoped}{mode}{Nullable(Of(parameter.ParameterType), new NullabilityInfoContext().Create(parameter))} {parameter.Name}{value}";
    }

    public static string ReturnType(MethodInfo method) =>
        Reference(method.ReturnType, method.ReturnParameter) + Nullable(Of(method.ReturnType), new NullabilityInfoContext().Create(method.ReturnParameter));

    public static string ReturnType(PropertyInfo property) =>
        Reference(property.PropertyType, property) + Nullable(Of(property.PropertyType), new NullabilityInfoContext().Create(property));

    public static string Constraints(Type[] generics)
    {
        IEnumerable<string> lines =
            from generic in generics
            where generic.IsGenericParameter
            let constraints = (string[])[.. Special(generic), .. generic.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Of)]
            where constraints.Length > 0
            select $" where {generic.Name} : {string.Join(", ", constraints)}";
        return string.Concat(lines);
    }

    public static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        char character => $"'{character}'",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Default(ParameterInfo parameter) =>
        parameter.DefaultValue is null && parameter.ParameterType.IsValueType && System.Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? "default"
            : Literal(parameter.DefaultValue);

    private static IEnumerable<string> Special(Type generic)
    {
        GenericParameterAttributes attributes = generic.GenericParameterAttributes;
        if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) yield return "struct";
        else if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint)) yield return "new()";
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) yield return "class";
        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike)) yield return "allows ref struct";
    }

    private static string Reference(Type type, ICustomAttributeProvider source) =>
        !type.IsByRef ? "" : source.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "ref readonly " : "ref ";

    private static string Nullable(string name, NullabilityInfo nullability) =>
        nullability.ReadState == NullabilityState.Nullable && !name.EndsWith('?') ? name + "?" : name;
}
