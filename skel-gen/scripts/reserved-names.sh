#!/usr/bin/env bash
# Makes skel-gen/src/names/reserved.txt: the names which wasi-libc, the guest library, the compiler or a language standard have
# taken, so that a header made from BTF must not use them freely. Such a header has to compile before and after every header
# of wasi-libc and libbpf-wasm.h, as C11, C17, C23 and C++17 and newer, strict or GNU.
#
#   reserved-names.sh           writes the file
#   reserved-names.sh --check   makes it anew and compares: exit 1 and a diff if it is not the same
#
# After a first line that says which libc it was made from, each line is one of
#   keyword NAME             a keyword or alternative token of C, C++ or their GNU dialects
#   macro NAME               an object-like macro
#   ordinary NAME            a function, variable or enumerator
#   tag NAME                 the tag of a struct, union or enum
#   typedef NAME CANONICAL   a type name, and the scalar type it stands for in every mode, or `-`
# Function-like macros are no danger and are not listed: they act on a name followed by `(` only, and nothing declared in
# a generated header is (function pointers are integers there, and in the native header a pointer's name is in parentheses).
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
clang=${CLANG:-clang-19}
target=skel-gen/src/names/reserved.txt
library=libbpf-wasm/include/libbpf-wasm.h
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

modes=(c11 gnu11 c17 gnu17 c23 gnu23 c++17 gnu++17 c++20 gnu++20 c++23 gnu++23)

# All that clang 19 takes for a keyword in one of these modes, type traits included; `check_keywords` asks it.
keywords='
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class co_await co_return co_yield
compl concept const const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum explicit
export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private
protected public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch
template this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t
while xor xor_eq

_Alignas _Alignof _Atomic _BitInt _Bool _Complex _Decimal128 _Decimal32 _Decimal64 _ExtInt _Float16 _Generic _Imaginary _Nonnull _Noreturn
_Null_unspecified _Nullable _Nullable_result _Static_assert _Thread_local __FUNCTION__ __PRETTY_FUNCTION__ __add_lvalue_reference
__add_pointer __add_rvalue_reference __alignof __alignof__ __arm_in __arm_inout __arm_locally_streaming __arm_new __arm_out __arm_preserves
__arm_streaming __arm_streaming_compatible __array_extent __array_rank __asm __asm__ __attribute __attribute__ __auto_type __bf16
__builtin_COLUMN __builtin_FILE __builtin_FILE_NAME __builtin_FUNCTION __builtin_LINE __builtin_available __builtin_bit_cast
__builtin_choose_expr __builtin_convertvector __builtin_offsetof __builtin_omp_required_simd_align __builtin_ptrauth_type_discriminator
__builtin_source_location __builtin_types_compatible_p __builtin_va_arg __builtin_vectorelements
__can_pass_in_regs __cdecl __char16_t __char32_t __complex __complex__ __const __const__ __datasizeof __decay __decltype __extension__
__fastcall __float128 __fp16 __func__ __funcref __has_nothrow_assign __has_nothrow_constructor __has_nothrow_copy
__has_nothrow_move_assign __has_trivial_assign __has_trivial_constructor __has_trivial_copy __has_trivial_destructor
__has_trivial_move_assign __has_trivial_move_constructor __has_unique_object_representations __has_virtual_destructor __ibm128 __imag
__imag__ __inline __inline__ __int128 __is_abstract __is_aggregate __is_arithmetic __is_array __is_assignable __is_base_of
__is_bitwise_cloneable __is_bounded_array __is_class __is_complete_type __is_compound __is_const __is_constructible __is_convertible
__is_convertible_to __is_destructible __is_empty __is_enum __is_final __is_floating_point __is_function __is_fundamental __is_integral
__is_layout_compatible __is_literal __is_literal_type __is_lvalue_expr __is_lvalue_reference __is_member_function_pointer
__is_member_object_pointer __is_member_pointer __is_nothrow_assignable __is_nothrow_constructible __is_nothrow_convertible
__is_nothrow_destructible __is_nullptr __is_object __is_pod __is_pointer __is_pointer_interconvertible_base_of __is_polymorphic
__is_reference __is_referenceable __is_rvalue_expr __is_rvalue_reference __is_same __is_same_as __is_scalar __is_scoped_enum __is_signed
__is_standard_layout __is_trivial __is_trivially_assignable __is_trivially_constructible __is_trivially_copyable
__is_trivially_destructible __is_trivially_equality_comparable __is_trivially_relocatable __is_unbounded_array __is_union __is_unsigned
__is_void __is_volatile __label__ __make_signed __make_unsigned __module_private__ __null __nullptr __objc_no __objc_yes __pascal
__private_extern__ __real __real__ __reference_binds_to_temporary __reference_constructs_from_temporary
__reference_converts_from_temporary __regcall __remove_all_extents __remove_const __remove_cv __remove_cvref __remove_extent
__remove_pointer __remove_reference_t __remove_restrict __remove_volatile __restrict __restrict__ __signed __signed__ __stdcall
__thiscall __thread __typeof __typeof__ __typeof_unqual __typeof_unqual__ __underlying_type __vectorcall __volatile __volatile__
'
# Keywords of GCC alone and of newer standards.
foreign_keywords='
_Accum _Countof _Defer _Float128 _Float32 _Float32x _Float64 _Float64x _Fract _Sat __float80 __ptrauth contract_assert
'
# The preprocessor's own macros, which it does not show when asked for all.
built_in_macros='
_Pragma __BASE_FILE__ __COUNTER__ __DATE__ __FILE_NAME__ __FILE__ __FLT_EVAL_METHOD__ __INCLUDE_LEVEL__ __LINE__ __TIMESTAMP__ __TIME__
__VA_ARGS__ __VA_OPT__ __building_module __has_attribute __has_builtin __has_c_attribute __has_constexpr_builtin __has_cpp_attribute
__has_declspec_attribute __has_embed __has_extension __has_feature __has_include __has_include_next __has_warning __is_identifier
__is_target_arch __is_target_environment __is_target_os __is_target_variant_environment __is_target_variant_os __is_target_vendor
'

language() { [[ $1 == *++* ]] && echo c++ || echo c; }

# Every word of $keywords must be a keyword in one of the modes: clang can be asked.
check_keywords() {
    local mode word
    for word in $keywords; do
        printf '#if !__is_identifier(%s)\n%s\n#endif\n' "$word" "$word"
    done >"$work/asked"
    for mode in "${modes[@]}"; do
        "$clang" --target=wasm32-wasi -x "$(language "$mode")" "-std=$mode" -E -P "$work/asked"
    done | sort -u >"$work/known"
    if word=$(printf '%s\n' $keywords | sort | comm -23 - "$work/known") && [[ $word ]]; then
        echo "reserved-names.sh: $clang does not know these keywords:" $word >&2
        return 1
    fi
}

# From `clang -E -dM`.
macros() { awk '$2 !~ /\(/ { print "macro", $2 }'; }

# From `clang -Xclang -ast-dump`: one line a declaration, two columns of line-art a level. What is inside a function is skipped. The
# name stands before the quoted type; the last quoted spelling is the type without typedefs. Tags have no quotes.
declarations() {
    awk '
        !match($0, /[A-Za-z]+Decl 0x/) { next }
        inside && RSTART > inside { next }
        {
            inside = 0
            kind = substr($0, RSTART, RLENGTH - 3)
            if (kind == "FunctionDecl") inside = RSTART
        }
        kind ~ /^(Function|Var|EnumConstant)Decl$/ && match($0, / [A-Za-z_][A-Za-z0-9_]* \047/) {
            print "ordinary", substr($0, RSTART + 1, RLENGTH - 3)
        }
        kind == "TypedefDecl" && match($0, / [A-Za-z_][A-Za-z0-9_]* \047/) {
            name = substr($0, RSTART + 1, RLENGTH - 3)
            type = $0
            sub(/\047[^\047]*$/, "", type)
            sub(/.*\047/, "", type)
            gsub(/(const|volatile) /, "", type)
            if (type == "bool") type = "_Bool"
            if (type !~ /^(_Bool|float|double|long double|((un)?signed )?(char|short|int|long|long long|__int128))$/) type = "-"
            print "typedef", name, type
        }
        kind ~ /^(CXX)?RecordDecl$/ && match($0, / (struct|union|class) [A-Za-z_][A-Za-z0-9_]*/) {
            split(substr($0, RSTART + 1, RLENGTH - 1), word, " ")
            if (word[2] != "definition") print "tag", word[2]
        }
        kind == "EnumDecl" && match($0, /> (<invalid sloc>|[^ ]*:[0-9]+)( (implicit|referenced))* [A-Za-z_][A-Za-z0-9_]*/) {
            n = split(substr($0, RSTART, RLENGTH), word, " ")
            if (word[n] !~ /^(implicit|referenced)$/) print "tag", word[n]
        }
    '
}

# The names of one kind of mode: with all that the headers have, and with what they have by default.
names_of() {
    local options mode=$1
    for extra in -Os -U_GNU_SOURCE; do
        options=("${flags[@]}" "$extra" -x "$(language "$mode")" "-std=$mode" "$work/all")
        "$clang" "${options[@]}" -E -dM >"$work/macros"
        "$clang" "${options[@]}" -fsyntax-only -Xclang -ast-dump >"$work/ast"
        macros <"$work/macros"
        declarations <"$work/ast"
    done
}

libc_version() { dpkg-query -W -f '${Version}' wasi-libc 2>/dev/null || echo unknown; }

generate() {
    mapfile -t flags < <(tests/wasi-headers.sh --flags)
    tests/wasi-headers.sh >"$work/all"
    echo "#include \"$PWD/$library\"" >>"$work/all"
    check_keywords
    for mode in "${modes[@]}"; do names_of "$mode"; done >"$work/names"
    printf 'keyword %s\n' $keywords $foreign_keywords >>"$work/names"
    printf 'macro %s\n' $built_in_macros >>"$work/names"
    echo "# skel-gen/scripts/reserved-names.sh, wasi-libc $(libc_version)"
    # A typedef that differs from mode to mode is no scalar that can be relied on.
    sort -u "$work/names" | awk '
        $1 != "typedef" { print; next }
        $2 != name { if (name) print "typedef", name, type; name = $2; type = substr($0, length("typedef " name " ") + 1); next }
        { type = "-" }
        END { print "typedef", name, type }
    '
}

case ${1-} in
    '')
        generate >"$work/reserved.txt"
        cp "$work/reserved.txt" "$target"
        ;;
    --check)
        if [[ $(head -n 1 "$target") != *" $(libc_version)" ]]; then
            echo "skipped: reserved names: $target is not of this machine's wasi-libc, $(libc_version)"
            exit 0
        fi
        generate >"$work/reserved.txt"
        diff -u "$target" "$work/reserved.txt" || { echo "$target is out of date: run skel-gen/scripts/reserved-names.sh" >&2; exit 1; }
        ;;
    *) echo "usage: reserved-names.sh [--check]" >&2; exit 2 ;;
esac
